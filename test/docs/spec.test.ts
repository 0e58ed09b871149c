/**
 * SPEC.md and the tests say the same: every rule has a test that cites it in its name, and no test cites a rule that
 * is not there. What a rule means, only reading both can tell.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseSource, readSource, sourcePaths } from "../house/source.ts";
import { citedRules, testNames } from "../house/test-names.ts";

const spec = readFileSync(join(import.meta.dirname, "../../SPEC.md"), "utf8");
const promises = [...spec.matchAll(/^## (P\d+) .+$/gm)].map(([, id]) => id!);
const rules = rulesOf(spec);

/** What cites a rule: its id, and where the test is. */
const citations = sourcePaths()
  .filter((path) => path.startsWith("test/"))
  .flatMap((path) =>
    testNames(readSource(path)).flatMap(({ name, line }) =>
      citedRules(name).map((id) => ({ id, at: `${path}:${line}` })),
    ),
  );

function rulesOf(text: string): { id: string; sentence: string; under: string }[] {
  return text.split(/^## /m).flatMap((chapter) =>
    [...chapter.matchAll(/^- \*\*(\S+?)\*\* (.+)$/gm)].map(([, id, sentence]) => ({
      id: id!,
      sentence: sentence!,
      under: chapter.split(" ")[0]!,
    })),
  );
}

const uncited = (ids: readonly string[], cited: readonly string[]) => ids.filter((id) => !cited.includes(id));

describe("SPEC.md", () => {
  it("has eight promises, and their rules in order, each one sentence", () => {
    expect(promises).toEqual(["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"]);
    expect(rules.length).toBeGreaterThan(60);
    for (const promise of promises) {
      const numbers = rules.filter(({ under }) => under === promise).map(({ id }) => id.split("."));
      expect(numbers.every(([of]) => of === promise)).toBe(true);
      const order = numbers.map(([, number]) => Number(number));
      expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
    }
    expect(rules.filter(({ sentence }) => !/^[A-Z][^.]+\.$/.test(sentence))).toEqual([]);
  });

  it("has no rule that no test cites", () => {
    const cited = citations.map(({ id }) => id);
    expect(
      uncited(
        rules.map(({ id }) => id),
        cited,
      ),
    ).toEqual([]);
  });

  it("has every rule that a test cites", () => {
    const known = rules.map(({ id }) => id);
    expect(citations.filter(({ id }) => !known.includes(id))).toEqual([]);
  });
});

describe("the reading of names", () => {
  it("finds them in every form of a test, and citations in names alone", () => {
    const snippet = `
      describe("of what", () => {
        it("[P1.1] [P2] plain", () => {});
        test.each([["[P5.5]"]])("[P1.2] of each %s", () => "[P8.8]");
        test.skipIf(no)(\`[P1.10] \${level} template\`, () => {});
        property("[P3.3] drawn", [], () => {});
      });
      call("[P7.7] no test", () => {});`;
    const names = testNames(parseSource("test/a.test.ts", snippet)).map(({ name }) => name);
    expect(names.flatMap(citedRules)).toEqual(["P1.1", "P1.2", "P1.10", "P3.3"]);
  });

  it("tells P1.1 from P1.10", () => {
    expect(uncited(["P1.1", "P1.10"], ["P1.10"])).toEqual(["P1.1"]);
  });
});
