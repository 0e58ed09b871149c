/** Asks axe what a screen of the page makes hard for who sees it badly, or hears it read. */
import axe from "axe-core";
import type { Page } from "playwright-core";

/** What WCAG 2.2 asks for at level AA. */
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** @returns each finding in a line: the rule, what it is about, and why; none: nothing was found */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async (tags) => {
    const { axe: installed } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await installed.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, any, all, none }) => {
        const why = [...any, ...all, ...none].map(({ message }) => message);
        return `${id}: ${target.join(" ")}: ${why[0] ?? ""}`;
      }),
    );
  }, rules);
}
