/**
 * `holdfast/client` runs wherever there are sockets and timers: compiled without the declarations of the DOM and of
 * Node it misses only what every such place has, and bundled for a browser it brings nothing of Node.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
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

const door = join(root, "doors", "client.ts");
const bad = join(directory, "bad.ts");

/** Those that are missed when both are compiled with the language alone; each with whether the bad one misses it. */
function missedNames(): { name: string; inBad: boolean }[] {
  writeFileSync(bad, "document.title = process.title;");
  const stub = join(root, "test", "doors", "colyseus-sdk.ts");
  const project = join(directory, "tsconfig.json");
  const compilerOptions = {
    ...{ lib: ["esnext"], types: [], noEmit: true },
    ...{ incremental: false, tsBuildInfoFile: null },
    paths: { "@colyseus/sdk": [stub], "@colyseus/schema": [stub], zod: [join(root, "node_modules/zod")] },
  };
  const files = [door, bad];
  writeFileSync(
    project,
    JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, include: [], files }),
  );
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const run = spawnSync(process.execPath, [compiler, "-p", project, "--pretty", "false"], {
    ...{ encoding: "utf8", cwd: directory },
  });
  const errors = run.stdout.matchAll(/^(.*)\(\d+,\d+\): .*Cannot find name '(\w+)'/gm);
  return [...errors].map(([, file, name]) => ({ name: name!, inBad: file === basename(bad) }));
}

test("the client takes nothing from around it but what every place with sockets has; a name of a page or of Node is missed", () => {
  const missed = missedNames();
  const ofClient = new Set(missed.filter(({ inBad }) => !inBad).map(({ name }) => name));
  expect([...ofClient]).toContain("fetch");
  expect([...ofClient].filter((name) => !around.includes(name))).toEqual([]);
  const ofBad = missed.filter(({ inBad }) => inBad).map(({ name }) => name);
  expect(ofBad.toSorted()).toEqual(["document", "process"]);
});

test("bundled for a browser, the client brings nothing of Node", async () => {
  const built = await build({
    ...{ configFile: false, logLevel: "silent", root: directory },
    build: {
      write: false,
      lib: { entry: door, formats: ["es"], fileName: "client" },
    },
  });
  const [{ output }] = built as unknown as [{ output: { code: string; imports: string[] }[] }];
  const [{ code, imports }] = output as [{ code: string; imports: string[] }];
  expect(imports).toEqual([]);
  expect(code).not.toMatch(/["']node:|browser-external/);
});
