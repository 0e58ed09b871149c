/**
 * What comes with the package when somebody installs it: every npm package that its programs and doors import, and
 * none that they do not. Read from the sources that the build begins with. What only this repository needs is not of it.
 */
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { expect, test } from "vitest";
import { readSource } from "../house/source.ts";

const root = join(import.meta.dirname, "..", "..");
const json = (name: string) => JSON.parse(readFileSync(join(root, name), "utf8"));
const { dependencies, overrides } = json("package.json") as Record<"dependencies" | "overrides", object>;

/** Asked for only where the sources are: the page is built when the package is. */
const notInstalled = ["vite"];

const packageOf = (specifier: string) => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");

function importedPackages(): Set<string> {
  const seen = new Set<string>();
  const found = new Set<string>();
  const waiting: string[] = [...json("tsconfig.build.json").files];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const { specifier } of readSource(path).imports) {
      if (specifier.startsWith(".")) waiting.push(posix.join(posix.dirname(path), specifier));
      else if (!specifier.startsWith("node:") && specifier !== "(computed)") found.add(packageOf(specifier));
    }
  }
  // Found by its address, not imported: the page that shows the API.
  return found.add("swagger-ui-dist");
}

test("[P7] what the installed package imports is installed with it, and nothing else", () => {
  const needed = [...importedPackages()].filter((name) => !notInstalled.includes(name));
  expect(Object.keys(dependencies).toSorted()).toEqual(needed.toSorted());
});

test("nothing that is installed needs an override of ours, which does not reach who installs it", () => {
  const locked = Object.keys(json("package-lock.json").packages);
  for (const name of Object.keys(overrides))
    expect(locked.filter((path) => path.endsWith(`node_modules/${name}`))).toEqual([]);
});
