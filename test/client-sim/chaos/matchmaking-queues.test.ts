/** The queues of chaos on matchmakers: a server takes them for any game that two can play. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { queueFile, queuesOfRun } from "../../../client-sim/chaos/matchmaking/queues.ts";
import { loadQueues } from "../../../server/queues.ts";
import { arena } from "../../../shared/games/arena/game.ts";
import { crowd } from "../../../shared/games/crowd/game.ts";
import { hands } from "../../../shared/games/hands/game.ts";

const pong = { ...hands, name: "pong", seats: { min: 2, max: 2 } };

it.each([
  [arena, {}, ["duel", "pairs"]],
  [hands, { cards: 2, turnSeconds: 1 }, ["duel", "pairs"]],
  [crowd, { seconds: 10 }, ["duel", "pairs"]],
  [pong, {}, ["duel"]],
] as const)("a server takes the queues that are made for %o", async (game, options, names) => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-test-"));
  try {
    const file = join(folder, "queues.json");
    await writeFile(file, queueFile({ game, options }));
    const queues = loadQueues(file, [game]);
    expect([...queues.keys()]).toEqual(names);
    expect(queues.get("duel")).toMatchObject({ game: game.name, options });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it("a game for one has no opponents to queue for", () => {
  const alone = { name: "alone", seats: { min: 1, max: 1 } };
  expect(() => queuesOfRun(alone)).toThrow(
    "a match of alone has seats for 1, and a queue needs two opponents",
  );
});
