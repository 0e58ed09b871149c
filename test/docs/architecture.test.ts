/**
 * ARCHITECTURE.md is about this tree: its map, and the README's, have the folders that there are, and every `file:function` that it names
 * is in that file. Whether the order of the steps is right, only reading tells.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseSource, readSource, type Source, type SyntaxNode, walk } from "../house/source.ts";
import { matches } from "./page-text.ts";

const root = join(import.meta.dirname, "..", "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const page = read("ARCHITECTURE.md");

/** Not in the repository, or nobody's to look into. */
const unmapped = /^(\..*|node_modules|data|dist|coverage)$/;

/** The folders of a map like that of the page: two spaces a level, a name with a slash, words. */
function foldersOf(map: string): string[] {
  const above: string[] = [];
  return map.split("\n").flatMap((line) => {
    const [, indent, name] = /^( *)([\w.-]+)\/(?= |$)/.exec(line) ?? [];
    if (name === undefined) return [];
    above.splice(indent!.length / 2, Number.POSITIVE_INFINITY, name);
    return [above.join("/")];
  });
}

function foldersIn(path: string): string[] {
  return readdirSync(join(root, path), { withFileTypes: true })
    .filter((each) => each.isDirectory() && !unmapped.test(each.name))
    .map(({ name }) => (path === "" ? name : `${path}/${name}`));
}

/** What a source declares by a name: functions, classes, methods, constants that hold functions or tables. */
function declaredIn(source: Source): Set<string> {
  const names = new Set<string>();
  walk(source.program, (node) => {
    const named = { FunctionDeclaration: "id", ClassDeclaration: "id", VariableDeclarator: "id" }[node.type];
    const key = ["MethodDefinition", "PropertyDefinition"].includes(node.type) ? "key" : named;
    const { type, name } = (key === undefined ? {} : node[key]) as SyntaxNode & { name?: string };
    if (name !== undefined) names.add(type === "PrivateIdentifier" ? `#${name}` : name);
  });
  return names;
}

describe("ARCHITECTURE.md", () => {
  const [, map = ""] = /^```\n(shared\/.*?)^```/ms.exec(page) ?? [];
  const mapped = foldersOf(map);

  it("maps folders that exist", () => {
    expect(mapped.length).toBeGreaterThan(40);
    expect(mapped.filter((folder) => !existsSync(join(root, folder)))).toEqual([]);
  });

  it("leaves out no folder at the top, and none of server, shared and client-sim", () => {
    const top = foldersIn("");
    const inside = ["shared", "server", "client-sim"].flatMap(foldersIn);
    const deeper = foldersIn("server").flatMap(foldersIn);
    expect([...top, ...inside, ...deeper].filter((folder) => !mapped.includes(folder))).toEqual([]);
  });

  it("names functions that are in their files", () => {
    const named = matches(page, /`([\w./-]+\.ts:#?\w+)`/g);
    expect(named.length).toBeGreaterThan(40);
    const missing = named.filter((each) => {
      const [path = "", name = ""] = each.split(":");
      return !existsSync(join(root, path)) || !declaredIn(readSource(path)).has(name);
    });
    expect(missing).toEqual([]);
  });
});

describe("README.md", () => {
  it("maps every folder at the top, and nothing else", () => {
    const [, map = ""] = /^```\n(shared\/.*?)^```/ms.exec(read("README.md")) ?? [];
    expect(foldersOf(map).sort()).toEqual(foldersIn("").sort());
  });
});

describe("the reading of names", () => {
  it("finds functions, classes, methods, private ones and constants, and no call", () => {
    const source = parseSource(
      "a.ts",
      "export function one() { four(); } class Two { #three() {} five = () => 1; } const six = {};",
    );
    expect([...declaredIn(source)].sort()).toEqual(["#three", "Two", "five", "one", "six"]);
  });

  it("reads a map by its levels", () => {
    const map = "a/   words of b/\n  b/ words\n    c/\n  d/\n     a line that goes on\ne/";
    expect(foldersOf(map)).toEqual(["a", "a/b", "a/b/c", "a/d", "e"]);
  });
});
