/**
 * Chaos against the real server, and against a sabotaged one: a harness that has never found a loss proves
 * nothing until it has been seen to find one.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { nothingLost } from "../../client-sim/chaos/checker/checker.ts";
import type { ChaosReport } from "../../client-sim/chaos/run.ts";
import { chaosRun } from "./chaos-run.ts";

/** With writes this slow, and players that see a tick at once, a kill takes back about four ticks. */
const slowStore = ["--store-delay-ms", "150"];

/** Everything that a run leaves behind is in here. */
let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), "holdfast-test-"));
});
afterEach(() => rm(temporary, { recursive: true, force: true }));

const chaos = (...args: readonly string[]) => chaosRun<ChaosReport>(temporary, args);

it("[P2] [P4] [P5] nothing that anybody saw or was promised is lost in four kills", async () => {
  const { code, report, said } = await chaos("--kills", "4", "--seed", "11");
  expect(report, said).toMatchObject({ ...nothingLost, kills: 4, clients: 8, seed: 11 });
  expect(code).toBe(0);
  // Something was at stake: players in two matches, some on the plain SDK, that saw and asked for things.
  expect(report.matches).toBeGreaterThanOrEqual(2);
  expect(report.plainSdk.clients).toBeGreaterThanOrEqual(2);
  expect(report.plainSdk.gapMs.p50).toBeGreaterThan(0);
  expect(report.gapMs.p50).toBeGreaterThan(0);
  expect(report.seen).toBeGreaterThan(500);
  expect(report.commands).toBeGreaterThan(50);
  expect(await readdir(temporary)).toEqual([]);
});

it("[P2] a slow store delays what players see and loses nothing of it", async () => {
  const { code, report, said } = await chaos("--kills", "2", "--seed", "12", ...slowStore);
  expect(report, said).toMatchObject(nothingLost);
  expect(code).toBe(0);
});

it("[P2] with the gate open chaos finds what was seen and lost, and keeps the evidence", async () => {
  const { code, report, said } = await chaos("--kills", "2", "--seed", "12", ...slowStore, "--sabotage-gate");
  expect(report.seenThenLost, said).toBeGreaterThan(0);
  expect(code).toBe(1);
  const [kept] = await readdir(temporary);
  expect(said).toContain(`kept in ${join(temporary, kept ?? "")}`);
});
