/** What may be said to `npm run fleet`, and what becomes of it: the fleet's own flags, and those of its nodes. */
import { expect, test } from "vitest";
import { type FleetCommand, readFleetCommand } from "../../local-fleet/arguments.ts";

function read(...argv: string[]) {
  return readFleetCommand({
    argv,
    env: {},
    readFile: () => {
      throw Object.assign(new Error("no such file"), { code: "ENOENT" });
    },
  });
}

function command(...argv: string[]): FleetCommand {
  const result = read(...argv);
  if (!result.ok) throw new Error(result.message);
  return result.command;
}

test("without anything: three rooms, two matchmakers, a Redis of its own whose data goes with it", () => {
  expect(command()).toMatchObject({
    ...{ verb: "start", rooms: 3, matchmakers: 2, bots: 0, balancer: true, json: false },
    ...{ redisUrl: undefined, keepsData: false, versionDir: undefined, nodeFlags: [] },
  });
});

test("its own flags are taken, all others are passed on to the nodes", () => {
  const given = "roll --rooms 5 --matchmakers=1 --bots 48 --no-balancer --json --lease-ms 1000 --data /tmp/a";
  expect(command(...given.split(" "))).toMatchObject({
    ...{ verb: "roll", rooms: 5, matchmakers: 1, bots: 48, balancer: false, json: true, keepsData: true },
    nodeFlags: ["--lease-ms", "1000", "--data", "/tmp/a"],
    config: { leaseMs: 1000, dataDir: "/tmp/a", port: 2567 },
  });
});

test("a Redis that is named is used, also when it is named as the default is", () => {
  const url = "redis://127.0.0.1:6379";
  expect(command("--redis-url", url).redisUrl).toBe(url);
});

test("a new version is named by its directory", () => {
  expect(command("roll", "--game-version-dir", "/srv/next").versionDir).toBe("/srv/next");
});

test.each<[string, RegExp]>([
  ["--rooms 0", /--rooms must be a whole number from 1 to 32, not "0"/],
  ["--rooms", /--rooms must be .* not nothing/],
  ["--bots many", /--bots must be a whole number from 0 to 1000/],
  ["rol", /"rol" is not a command; there are: start, status, roll/],
  ["--game-version-dir", /--game-version-dir must be a path, not nothing/],
  ["--lease-ms 5", /Setting leaseMs \(flag --lease-ms\) must be .* not "5"/],
  ["--romms 3", /there is no flag --romms/],
])("[P7] refused with what may be said instead: %s", (given, message) => {
  const result = read(...given.split(" "));
  expect(result).toMatchObject({ ok: false, help: false });
  expect(!result.ok && result.message).toMatch(message);
});

test("help shows the fleet's flags and the settings of its nodes", () => {
  const result = read("--help");
  expect(!result.ok && result.help && result.message).toMatch(/--matchmakers.*--lease-ms/s);
});
