/**
 * `holdfast/client` runs wherever there are sockets and timers: compiled without the declarations of the DOM and of
 * Node it misses only what every such place has, and bundled for a browser it brings nothing of Node.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { afterAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const directory = mkdtempSync(join(tmpdir(), "holdfast-client-door-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** As browsers, Node, Deno, Bun and React Native have them; without `MessageChannel` a timer does. */
const around = [
  ...["fetch", "Response", "URL", "URLSearchParams", "AbortController", "AbortSignal", "crypto", "btoa"],
  ...["setTimeout", "clearTimeout", "performance", "MessageChannel", "MessageEvent", "CloseEvent"],
];

/** The names that are missed when `source` is compiled with the language alone. */
function missedNames(source: string): string[] {
  const stub = join(root, "test", "doors", "colyseus-sdk.ts");
  const project = join(directory, "tsconfig.json");
  const compilerOptions = {
    ...{ lib: ["esnext"], types: [], noEmit: true },
    ...{ incremental: false, tsBuildInfoFile: null },
    paths: { "@colyseus/sdk": [stub], "@colyseus/schema": [stub], zod: [join(root, "node_modules/zod")] },
  };
  const config = { extends: join(root, "tsconfig.json"), compilerOptions, include: [], files: [source] };
  writeFileSync(project, JSON.stringify(config));
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const run = spawnSync(process.execPath, [compiler, "-p", project], { encoding: "utf8" });
  return [...new Set([...run.stdout.matchAll(/Cannot find name '(\w+)'/g)].map(([, name]) => name!))];
}

test("the client takes nothing from around it but what every place with sockets has", () => {
  const missed = missedNames(join(root, "doors", "client.ts"));
  expect(missed).toContain("fetch");
  expect(missed.filter((name) => !around.includes(name))).toEqual([]);
});

test("a name of a page or of Node would be missed", () => {
  const source = join(directory, "bad.ts");
  writeFileSync(source, "document.title = process.title;");
  expect(missedNames(source).toSorted()).toEqual(["document", "process"]);
});

test("bundled for a browser, the client brings nothing of Node", async () => {
  const built = await build({
    ...{ configFile: false, logLevel: "silent", root: directory },
    build: {
      write: false,
      lib: { entry: join(root, "doors", "client.ts"), formats: ["es"], fileName: "client" },
    },
  });
  const [{ output }] = built as unknown as [{ output: { code: string; imports: string[] }[] }];
  const [{ code, imports }] = output as [{ code: string; imports: string[] }];
  expect(imports).toEqual([]);
  expect(code).not.toMatch(/["']node:|browser-external/);
});
