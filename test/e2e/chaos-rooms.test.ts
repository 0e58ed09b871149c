/** Chaos on durable rooms: on the real server, and on one that sends what is not durable, which it must find. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { noRoomLosses } from "../../client-sim/chaos/rooms/room-checker.ts";
import type { RoomChaosReport } from "../../client-sim/chaos/rooms/run.ts";
import { commandRun } from "./command-run.ts";

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), "holdfast-test-"));
});
afterEach(() => rm(temporary, { recursive: true, force: true }));

const chaos = (...args: readonly string[]) =>
  commandRun<RoomChaosReport>(
    "client-sim/chaos.ts",
    ["--room", "tally", "--players", "4", "--seed", "5", ...args],
    { TMPDIR: temporary },
  );

it("[P2.15] [P5.22] nothing that anybody was shown or told in a durable room is lost in two kills", async () => {
  const { code, report, said } = await chaos("--kills", "2");
  expect(report, said).toMatchObject({ ...noRoomLosses, kills: 2, clients: 4, rooms: 1 });
  expect(code).toBe(0);
  expect(report.seen).toBeGreaterThan(50);
  expect(report.told).toBeGreaterThan(10);
  expect(report.returns).toBeGreaterThan(4);
  expect(await readdir(temporary)).toEqual([]);
});

it("[P2.15] with the gate open chaos finds what was seen in a durable room and lost", async () => {
  const { code, report, said } = await chaos("--kills", "1", "--store-delay-ms", "150", "--sabotage-gate");
  expect(report.seenThenLost, said).toBeGreaterThan(0);
  expect(code).toBe(1);
});
