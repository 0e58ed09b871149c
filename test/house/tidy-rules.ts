/**
 * The house style that a machine can check (STYLE.md): each rule reads one source and says what is wrong and
 * what to do instead. Rules know nothing of each other; test/tidy.test.ts runs them, each on a bad snippet too.
 */
import { lineAt, type Source, type SyntaxNode, walk } from "./source.ts";
import { isTestCall } from "./test-names.ts";

export interface Finding {
  readonly line: number;
  readonly problem: string;
}

export type Rule = (source: Source) => Finding[];

export const fileLinesMax = 400;
export const fileLinesWanted = 200;
export const functionLinesMax = 70;

const linesOf = (source: Source) => source.text.trimEnd().split("\n").length;

export const fileSize: Rule = (source) =>
  linesOf(source) > fileLinesMax
    ? [{ line: 1, problem: `${linesOf(source)} lines, at most ${fileLinesMax}: split it by noun` }]
    : [];

const functionTypes = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"];

/** A function that holds tests is a chapter, not a function; the tests in it are measured. */
export const functionSize: Rule = (source) => {
  const isTest = source.path.startsWith("test/");
  return select(source, (node) => {
    if (!functionTypes.includes(node.type)) return undefined;
    const lines = source.text.slice(node.start, node.end).split("\n").length;
    if (lines <= functionLinesMax) return undefined;
    if (isTest && holdsTests(node)) return undefined;
    return `a function of ${lines} lines, at most ${functionLinesMax}: give its parts names`;
  });
};

function holdsTests(node: SyntaxNode): boolean {
  let found = false;
  walk(node, (inner) => {
    if (isTestCall(inner)) found = true;
  });
  return found;
}

const bannedWords = /^(utils?|helpers?|common|misc|managers?|services?|index)$/;
const fileName = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config))?\.m?[jt]s$/;

export const names: Rule = ({ path }) => {
  const words = path.replace(/\.m?[jt]s$/, "").split(/[/.-]/);
  const banned = words.filter((word) => bannedWords.test(word));
  const problems = banned.map((word) => `"${word}" names no thing: say what is in it`);
  if (!fileName.test(path.split("/").at(-1) ?? "")) problems.push("a file name is kebab-case");
  return problems.map((problem) => ({ line: 1, problem }));
};

export const header: Rule = ({ text, comments }) => {
  const start = text.startsWith("#!") ? text.indexOf("\n") + 1 : 0;
  const first = comments.find((comment) => comment.start === start);
  const isHeader = first && first.value.length > 40 && !first.value.includes("biome-ignore");
  const problem = "no header: begin with what this is, what it owns, what it refuses to do";
  return isHeader ? [] : [{ line: 1, problem }];
};

/** Exact in IEEE 754 on every machine; the others differ in the last bit between engines. */
const exactMath = [
  "abs",
  "ceil",
  "clz32",
  "floor",
  "fround",
  "imul",
  "max",
  "min",
  "PI",
  "round",
  "sign",
  "sqrt",
  "trunc",
];
const impure = [
  ["Date", "performance", "process", "crypto", "Intl", "globalThis"],
  ["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "requestAnimationFrame", "eval"],
].flat();

export const determinism: Rule = (source) => {
  if (!/^shared\/(games|game\/deterministic)\//.test(source.path)) return [];
  // The page of a game is a client: nothing that it does is a rule.
  if (/^shared\/games\/[^/]+\/page\//.test(source.path)) return [];
  return select(source, (node, ancestors) => {
    const parent = ancestors.at(-1);
    if (node.type === "ForInStatement")
      return "for..in: its order is not the World's; use Object.keys and sort";
    if (node.type === "BinaryExpression" || node.type === "AssignmentExpression") {
      return String(node.operator).startsWith("**") ? "** is not exact: multiply" : undefined;
    }
    if (node.type !== "Identifier") return undefined;
    const name = String(node.name);
    if (name === "Math" && isReference(node, parent)) return mathProblem(parent);
    if (name.startsWith("toLocale") || name === "localeCompare")
      return `${name} depends on the machine's language`;
    return impure.includes(name) && isReference(node, parent)
      ? `${name}: a rule has no clock, chance or world outside`
      : undefined;
  });
};

function mathProblem(parent: SyntaxNode | undefined): string | undefined {
  const { name } = (parent?.property ?? {}) as { name?: string };
  if (parent?.type === "MemberExpression" && parent.computed === false && exactMath.includes(name ?? ""))
    return undefined;
  return `Math.${name ?? "?"} is not exact or not seeded: use shared/game/deterministic`;
}

/** Not the name of a property, of a key or of a type's member. */
function isReference(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (!parent || parent.computed === true) return true;
  if (parent.type === "Property") return parent.value === node || parent.shorthand === true;
  return parent.property !== node && parent.key !== node;
}

export const noEnum: Rule = (source) =>
  select(source, (node) => (node.type === "TSEnumDeclaration" ? "no enum: a union of strings" : undefined));

/** Biome sees to it that the comment stands at the right place; here it must give a reason. */
export const noAny: Rule = (source) => {
  const reasoned = source.comments.some(({ value }) => /noExplicitAny: \S.{10,}/.test(value));
  return select(source, (node) =>
    node.type === "TSAnyKeyword" && !reasoned
      ? "any: use unknown, or a biome-ignore with its reason"
      : undefined,
  );
};

export const noSleep: Rule = (source) => {
  if (!source.path.startsWith("test/")) return [];
  return select(source, (node) => {
    const sleep = "a sleep: advance the clock, or wait for the event";
    if (node.type === "ImportDeclaration") {
      return /timers\/promises/.test(JSON.stringify(node.source)) ? sleep : undefined;
    }
    if (node.type !== "NewExpression" || named(node.callee) !== "Promise") return undefined;
    const [executor] = node.arguments as SyntaxNode[];
    const resolve = named((executor?.params as SyntaxNode[] | undefined)?.[0]);
    return resolve && executor && sleepsUntil(resolve, executor) ? sleep : undefined;
  });
};

/** `setTimeout(resolve, …)` or `setTimeout(() => resolve(…), …)`. */
function sleepsUntil(resolve: string, executor: SyntaxNode): boolean {
  let found = false;
  walk(executor, (node) => {
    if (node.type !== "CallExpression" || named(node.callee) !== "setTimeout") return;
    const [callback] = node.arguments as SyntaxNode[];
    if (!callback) return;
    walk(callback, (inner) => {
      if (named(inner) === resolve) found = true;
    });
  });
  return found;
}

/** `[P3]` in a test's name cites one of the eight promises of SPEC.md, `[P3.2]` a rule of it (docs/spec.test.ts). */
export const promiseTags: Rule = (source) => {
  if (!source.path.startsWith("test/")) return [];
  return select(source, (node, ancestors) => {
    if (node.type !== "Literal" && node.type !== "TemplateElement") return undefined;
    if (!ancestors.some(isTestCall)) return undefined;
    const text = String((node.value as { cooked?: string } | null)?.cooked ?? node.value);
    const wrong = (text.match(/\[p(?:\w{0,3}|\d+\.\w*)\]/gi) ?? []).filter(
      (tag) => !/^\[P[1-8](?:\.[1-9]\d*)?\]$/.test(tag),
    );
    return wrong.length > 0
      ? `${wrong.join(", ")} is no promise: [P1] to [P8], or a rule, [P1.1]`
      : undefined;
  });
};

/** Codes used in a source: what looks like `area/what`, of a known area or where a code belongs. */
export function codesUsed(source: Source, areas: ReadonlySet<string>): { code: string; line: number }[] {
  const codes: { code: string; line: number }[] = [];
  walk(source.program, (node, ancestors) => {
    const { value } = node;
    if (
      node.type !== "Literal" ||
      typeof value !== "string" ||
      !/^[a-z]+(-[a-z]+)*\/[a-z]+(-[a-z]+)*$/.test(value)
    )
      return;
    const parent = ancestors.at(-1);
    const isCode = named(parent?.key) === "code" || /Error$/.test(named(parent?.callee) ?? "");
    const isKnownArea = areas.has(value.split("/")[0] ?? "") && !/Import|Export/.test(parent?.type ?? "");
    if (isCode || isKnownArea) codes.push({ code: value, line: lineAt(source, node.start) });
  });
  return codes;
}

/** The name of an identifier, also of the last part of `a.b`. */
function named(node: unknown): string | undefined {
  const { type, name, property } = (node ?? {}) as { type?: string; name?: string; property?: unknown };
  return type === "MemberExpression" ? named(property) : name;
}

function select(
  source: Source,
  problemOf: (node: SyntaxNode, ancestors: readonly SyntaxNode[]) => string | undefined,
): Finding[] {
  const findings: Finding[] = [];
  walk(source.program, (node, ancestors) => {
    const problem = problemOf(node, ancestors);
    if (problem) findings.push({ line: lineAt(source, node.start), problem });
  });
  return findings;
}
