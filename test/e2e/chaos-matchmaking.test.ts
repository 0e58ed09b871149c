/**
 * Chaos on matchmakers of a whole fleet of real processes: they are killed while players queue, alone and in parties,
 * and no ticket is lost and nothing is done twice; and then answers that are made up, which must be noticed.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MatchmakingReport } from "../../client-sim/chaos/matchmaking/report.ts";
import { ensureTool } from "../../tools/ensure-tool.ts";
import { chaosRun } from "./chaos-run.ts";

const tools = await Promise.all([ensureTool("redis-server"), ensureTool("nginx")]);
for (const tool of tools) {
  if (!tool.ok && process.env.CI === "true") throw new Error(tool.hint);
  if (!tool.ok) console.warn(tool.hint);
}

const small = ["--matchmakers", "2", "--rooms", "2", "--players", "12"];
const nothingWrong = {
  ...{ ticketsLost: 0, assignedTwice: 0, partiesSplit: 0 },
  ...{ ratingsTwice: 0, ratingsLost: 0, ratingsUnsure: 0, refused: 0 },
};

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), "holdfast-test-"));
});
afterEach(() => rm(temporary, { recursive: true, force: true }));

const chaos = (...args: readonly string[]) => chaosRun<MatchmakingReport>(temporary, [...small, ...args]);

describe.skipIf(tools.some(({ ok }) => !ok))("chaos on matchmakers", () => {
  it("[P8.5] five kills lose no ticket, assign nobody twice, split no party, and every match counts once; lies are noticed", async () => {
    const { code, report, said } = await chaos("--kills", "5", "--seed", "41", "--sabotage-answers");
    expect(report, said).toMatchObject({ ...nothingWrong, kills: 5, players: 12, seed: 41 });
    expect(code).toBe(0);
    // Something was at stake: leaders died, requests broke, and there were parties and matches that count.
    expect(report.leadsLost, said).toBeGreaterThan(0);
    expect(report.requestsBroken, said).toBeGreaterThan(0);
    expect(report.keysRepeated, said).toBeGreaterThan(0);
    expect(report.parties, said).toBeGreaterThan(0);
    expect(report.ratingsChecked, said).toBeGreaterThan(10);
    expect(await readdir(temporary)).toEqual([]);

    // Answers that are made up are noticed, each kind of them: afterwards one ticket is gone, one went elsewhere, one of
    // a party sits with the others, one match too many and too few.
    const counts = { ticketsLost: 1, assignedTwice: 1, ratingsTwice: 1, ratingsLost: 1, refused: 0 };
    expect(report.noticed, said).toMatchObject(counts);
    expect(report.noticed?.partiesSplit, said).toBeGreaterThan(0);
  });
});
