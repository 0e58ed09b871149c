/**
 * What comes in with the packages, read from the lock file: which of them want to run a script of their own at the
 * install, under which licences they stand, and that each is what it was when it was locked.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: true;
}

const root = join(import.meta.dirname, "..", "..");
const json = (name: string) => JSON.parse(readFileSync(join(root, name), "utf8"));
const { allowScripts } = json("package.json") as { allowScripts: Record<string, boolean> };
const locked = Object.entries(
  (json("package-lock.json") as { packages: Record<string, Locked> }).packages,
).filter(([path]) => path !== "");
const nameOf = (path: string) => path.split("node_modules/").at(-1)!;

/** Permissive, or of files as they are (MPL). */
const licences =
  /^(MIT|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|MPL-2\.0|BlueOak-1\.0\.0|MIT OR Apache-2\.0|Apache-2\.0 AND BSL-1\.0)$/;
/** Its script counts installations; everything works without it. */
const neverRun = ["@scarf/scarf"];

test("[P7] a package that wants to run a script at the install is on the list, or is known and never does", () => {
  const wanting = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path));
  expect(wanting.toSorted()).toEqual([...Object.keys(allowScripts), ...neverRun].toSorted());
  expect(readFileSync(join(root, "tools/ensure-install.mjs"), "utf8")).toContain('"--ignore-scripts"');
});

test("every package has a licence that we may ship", () => {
  const others = locked.filter(([, { license = "none" }]) => !licences.test(license));
  expect(others.map(([path, { license }]) => `${nameOf(path)}: ${license}`)).toEqual([]);
});

test("every package is held to a checksum", () => {
  const free = locked.filter(([, { integrity = "" }]) => !integrity.startsWith("sha512-"));
  expect(free.map(([path]) => nameOf(path))).toEqual([]);
});
