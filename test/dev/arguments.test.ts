/** What may be said to `holdfast dev`, and which settings its server gets. */
import { describe, expect, it, test } from "vitest";
import { readDevCommand } from "../../dev/arguments.ts";

const read = (...argv: string[]) =>
  readDevCommand({
    ...{ argv, env: {} },
    readFile: () => {
      throw Object.assign(new Error("no such file"), { code: "ENOENT" });
    },
  });

test("a game is served to this machine, and every step of it is checked", () => {
  const command = read("--games", "game.ts", "--page", "web");
  expect(command).toMatchObject({
    kind: "run",
    config: { games: "game.ts", dev: true, host: "127.0.0.1", allowedOrigins: "*" },
    page: { folder: "web", port: 5173 },
  });
  expect(command).toMatchObject({ argv: expect.arrayContaining(["--games", "game.ts", "--dev"]) });
});

test("settings of the server are passed on, and go before the defaults", () => {
  const command = read(
    "--games",
    "game.ts",
    "--host",
    "0.0.0.0",
    "--no-bots",
    "--port=3000",
    "--page-port",
    "0",
  );
  expect(command).toMatchObject({
    config: { host: "0.0.0.0", bots: false, port: 3000 },
    page: undefined,
  });
});

describe("[P7] refused with what is wrong:", () => {
  it.each([
    [[], /name your game: --games FILE/],
    [["--games", "game.ts", "--page-port", "x"], /--page-port must be a whole number from 0 to 65535/],
    [["--games", "game.ts", "--role", "room"], /--role: it is one server/],
    [["--games", "game.ts", "--prot", "1"], /--prot/],
    [["--games", "game.ts", "--production"], /dev is for development/],
    [["--games", "game.ts", "stray"], /stray/],
  ])("%j", (argv, message) => {
    expect(read(...argv)).toEqual({ kind: "refused", message: expect.stringMatching(message) });
  });
});

test("help is help", () => expect(read("--help")).toEqual({ kind: "help" }));
