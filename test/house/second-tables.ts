/**
 * Finds tables beside the error catalogue: what lists several codes, gives a code a value, or writes the number of a
 * status, a close or an exit where the catalogue has a name for it.
 */
import { closeCodes } from "../../shared/wire/errors/close-codes.ts";
import { isErrorCode } from "../../shared/wire/errors.ts";
import { lineAt, type Source, type SyntaxNode, walk } from "./source.ts";
import type { Rule } from "./tidy-rules.ts";

/** The catalogue itself; what a route may refuse; a process says by status alone whether it is ready. */
const allowed = /^shared\/(wire\/(errors|routes\.ts)|command-line\/exit-codes)|^server\/api\/health-routes/;
const closeNumbers = new Set<unknown>(Object.values(closeCodes));

export const secondTables: Rule = (source) => {
  if (allowed.test(source.path) || source.path.startsWith("test/")) return [];
  const findings: { line: number; problem: string }[] = [];
  walk(source.program, (node, ancestors) => {
    const problem = problemOf(node, source, ancestors);
    if (problem !== undefined) findings.push({ line: lineAt(source, node.start), problem });
  });
  return findings;
};

function problemOf(node: SyntaxNode, source: Source, ancestors: readonly SyntaxNode[]): string | undefined {
  const isOurs = (each: unknown) => isErrorCode((each as SyntaxNode | null)?.value);
  if (node.type === "Property" && isOurs(node.key)) return "gives a code a value: make it a field of its row";
  if (node.type === "ArrayExpression" && (node.elements as unknown[]).filter(isOurs).length > 1)
    return "lists codes: make it a field of their rows";
  if (node.type !== "Literal" || typeof node.value !== "number") return undefined;

  // The statement, or the nearest call, in which the number stands tells what it is.
  const around = [...ancestors].reverse().find(({ type }) => context.has(type));
  const text = around === undefined ? "" : source.text.slice(around.start, node.start);
  if (closeNumbers.has(node.value) && /(code|end|close\w*)\b[^;]*$/i.test(text) && !/Ms/.test(text))
    return "the number of a close: close-codes.ts names it";
  if (node.value > 1 && /\bexit(Code)?\b[^;]*$/.test(text))
    return "the number of an exit: exit-codes.ts names it";
  if (node.value >= 400 && /\.status\($/.test(text))
    return "the status of a refusal: a code of the catalogue has it";
  return undefined;
}

const context = new Set([
  "CallExpression",
  "VariableDeclarator",
  "AssignmentExpression",
  "BinaryExpression",
  "Property",
]);
