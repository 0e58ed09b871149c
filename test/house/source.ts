/**
 * The project's own sources for the house tests: which files there are, and each of them parsed (by the parser
 * that Vite brings), with a walk over its syntax tree. Judges nothing.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";

const root = join(import.meta.dirname, "../..");
const folders = [
  ...["shared", "server", "client-sim", "client-web", "local-fleet"],
  ...["bin", "dev", "doors", "test", "testkit", "tools"],
];
const foldersLeftOut = new Set(["node_modules", "dist"]);

/** Any node of the tree: what kind it is, where it is, and more that depends on the kind. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export interface Source {
  /** From the root of the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: SyntaxNode;
  readonly comments: readonly { readonly value: string; readonly start: number; readonly end: number }[];
  readonly imports: readonly Import[];
}

type Parsed = ReturnType<typeof parseSync>;

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly start: number;
}

export function sourcePaths(): string[] {
  const found = folders.flatMap((folder) => within(folder));
  return [...found, "vitest.config.ts"].sort();
}

function within(folder: string): string[] {
  let entries: ReturnType<typeof readFolder>;
  try {
    entries = readFolder(folder);
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return foldersLeftOut.has(entry.name) ? [] : within(path);
    return /\.m?[jt]s$/.test(entry.name) ? [path] : [];
  });
}

const readFolder = (folder: string) => readdirSync(join(root, folder), { withFileTypes: true });

export const readSource = (path: string): Source => parseSource(path, readFileSync(join(root, path), "utf8"));

/** @throws when the text is no TypeScript */
export function parseSource(path: string, text: string): Source {
  const parsed = parseSync(path, text, {});
  if (parsed.errors.length > 0) throw new Error(`${path}: ${parsed.errors[0]?.message}`);
  return {
    ...{ path, text, imports: importsOf(parsed.module, text) },
    // Only who looks at them pays for them: most tests look at the imports alone.
    get program() {
      return parsed.program as unknown as SyntaxNode;
    },
    get comments() {
      return parsed.comments;
    },
  };
}

/** Static ones, `export … from`, and dynamic ones; a dynamic one that is not plain text has no specifier. */
function importsOf(
  { staticImports, staticExports, dynamicImports }: Parsed["module"],
  text: string,
): Import[] {
  const isType = ({ start }: { start: number }) =>
    /^(import|export)\s+type\s+(?!from\b)/.test(text.slice(start, start + 40));
  const exported = staticExports.flatMap(({ start, entries }) => {
    const from = entries.find(({ moduleRequest }) => moduleRequest)?.moduleRequest;
    // What was imported and is exported by name is found at its import, which is in the other list.
    return from && text.startsWith("export", start) ? [{ start, moduleRequest: from }] : [];
  });
  const named = [...staticImports, ...exported].map(({ start, moduleRequest }) => ({
    ...{ specifier: moduleRequest.value, typeOnly: isType({ start }), start },
  }));
  const dynamic = dynamicImports.map(({ start, moduleRequest }) => {
    const [, plain = "(computed)"] =
      /^["']([^"'\n]*)["']$/.exec(text.slice(moduleRequest.start, moduleRequest.end)) ?? [];
    return { specifier: plain, typeOnly: false, start };
  });
  return [...named, ...dynamic].sort((one, other) => one.start - other.start);
}

/** Every node with its ancestors, the nearest last. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, ancestors: readonly SyntaxNode[]) => void,
  ancestors: readonly SyntaxNode[] = [],
): void {
  visit(node, ancestors);
  const inside = [...ancestors, node];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, visit, inside);
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && typeof (value as SyntaxNode).type === "string";
}

export function lineAt(source: Source, offset: number): number {
  return source.text.slice(0, offset).split("\n").length;
}
