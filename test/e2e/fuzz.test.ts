/**
 * A minute of fuzzing against a real server with all its guards, and what of it players noticed: nothing. The seed is
 * fixed, so that the suite is no matter of luck; `npm run fuzz` draws one.
 */
import { expect, it } from "vitest";
import type { FuzzReport } from "../../client-sim/fuzz/run.ts";
import { commandRun } from "./command-run.ts";

it("[P5.14] [P6] a minute of hostile messages, requests, cut joins and returns ends nothing and disturbs nobody", async () => {
  const { code, report, said } = await commandRun<FuzzReport>("client-sim/fuzz.ts", [
    "--minutes",
    "1",
    "--seed",
    "7",
  ]);
  expect(report.wrongs, said).toEqual([]);
  expect(report, said).toMatchObject({ processEnds: 0, matchesLost: 0 });
  expect(code, said).toBe(0);
  // Something was done to it.
  expect(report.frames).toBeGreaterThan(2000);
  expect(report.requests).toBeGreaterThan(1000);
  expect(report.joinsCut).toBeGreaterThan(100);
  expect(report.returns).toBeGreaterThan(100);
});
