/** Which of Colyseus' lines an operator reads. */
import { expect, it } from "vitest";
import { quietLogger } from "../../server/room/quiet-logger.ts";

it("writes warnings and errors, and nothing of a client that was gone again before it was let in", () => {
  const lines: string[] = [];
  const logger = quietLogger((message) => lines.push(message));
  logger.info();
  logger.warn("something", 7);
  logger.error(new Error("reconnection denied").stack);
  logger.error(new Error("a rule threw"));
  expect(lines).toEqual(["something 7", "Error: a rule threw"]);
});
