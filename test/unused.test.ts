/** What nobody needs is not there: knip.json says where programs begin, and what no program reaches is named here. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

test("no file, export or package is unused", { timeout: 180_000 }, () => {
  const knip = join(root, "node_modules", "knip", "bin", "knip.js");
  const run = spawnSync(process.execPath, [knip, "--no-progress"], { cwd: root, encoding: "utf8" });
  expect(run.stdout + run.stderr).toBe("");
  expect(run.status).toBe(0);
});
