/**
 * The names of tests, read from their sources: which calls are tests, what each is called, and which rules of SPEC.md
 * a name cites. Runs nothing and judges nothing.
 */
import { lineAt, type Source, type SyntaxNode, walk } from "./source.ts";

/** `property` is the name under which files import a test that draws its cases. */
const testFunctions = ["test", "it", "describe", "property"];

export interface TestName {
  readonly name: string;
  readonly line: number;
}

export function testNames(source: Source): TestName[] {
  const names: TestName[] = [];
  walk(source.program, (node) => {
    if (!isTestCall(node)) return;
    const name = textOf((node.arguments as SyntaxNode[])[0]);
    if (name !== undefined) names.push({ name, line: lineAt(source, node.start) });
  });
  return names;
}

/** As in `[P2.3]`, without the brackets. */
export function citedRules(name: string): string[] {
  return [...name.matchAll(/\[(P\d+\.\d+)\]/g)].map(([, id]) => id!);
}

/** Also of `test.each(…)(…)`, `it.skipIf(…)(…)` and the like. */
export function isTestCall(node: SyntaxNode): boolean {
  if (node.type !== "CallExpression") return false;
  let callee = node.callee as SyntaxNode;
  while (callee.type === "MemberExpression" || callee.type === "CallExpression") {
    callee = (callee.object ?? callee.callee) as SyntaxNode;
  }
  return testFunctions.includes(String(callee.name));
}

/** The text of a literal, or of a template without what is filled in. */
function textOf(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node?.type !== "TemplateLiteral") return undefined;
  const parts = node.quasis as { value: { cooked: string } }[];
  return parts.map(({ value }) => value.cooked).join("");
}
