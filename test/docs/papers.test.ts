/**
 * The papers of the repository hang together: docs/README.md lists every one of them, links lead to files and headings
 * that exist, so do the files that they name, and commands of npm are scripts of package.json. What single pages say, their own tests look at.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it, test } from "vitest";
import { anchorOf, matches } from "./page-text.ts";

const root = join(import.meta.dirname, "..", "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const folders = ["", "docs", "docs/decisions", "findings"].filter((folder) => existsSync(join(root, folder)));
const papers = folders.flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
);
/** A reader who follows the tutorial makes it. */
const madeByReaders = ["shared/games/press/game.ts"];
/** What its files and scripts are of: this page is about a game that was just made. */
const folderOf = (paper: string) => (paper === "docs/first-game.md" ? "create-holdfast/template" : "");
const withoutCode = (text: string) => text.replaceAll(/^```\w*\n.*?^```/gms, "").replaceAll(/`[^`]*`/g, "");

/** The links of a paper to files of the repository, from its root. */
function linksOf(paper: string): { to: string; heading: string | undefined }[] {
  return matches(withoutCode(read(paper)), /\]\(([^)\s]+)\)/g)
    .filter((link) => !/^https?:/.test(link))
    .map((link) => {
      const [file = "", heading] = link.split("#");
      return { to: file === "" ? paper : normalize(join(dirname(paper), file)), heading };
    });
}

describe.each(papers)("%s", (paper) => {
  it("links to files and headings that exist", () => {
    for (const { to, heading } of linksOf(paper)) {
      expect(existsSync(join(root, to)), to).toBe(true);
      if (heading !== undefined)
        expect(matches(read(to), /^#+ (.*)$/gm).map(anchorOf), `${to}#${heading}`).toContain(heading);
    }
  });

  it("names files that exist", () => {
    const folders = readdirSync(root, { withFileTypes: true }).flatMap((each) =>
      each.isDirectory() ? [each.name] : [],
    );
    const named = matches(read(paper), /`([\w.-]+\/[\w./@-]*)`/g).filter((path) =>
      folders.includes(path.split("/")[0]!),
    );
    const known = (path: string) =>
      existsSync(join(root, folderOf(paper), path)) || madeByReaders.includes(path);
    expect(named.filter((path) => !known(path))).toEqual([]);
  });

  it("names scripts that package.json has", () => {
    const { scripts } = JSON.parse(read(join(folderOf(paper), "package.json"))) as { scripts: object };
    const named = matches(read(paper), /\bnpm run ([a-z][a-z-]*)/g);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test("docs/README.md lists every paper", () => {
  const listed = linksOf("docs/README.md").map(({ to }) => to);
  expect(papers.length).toBeGreaterThan(12);
  expect(papers.filter((paper) => paper !== "docs/README.md" && !listed.includes(paper))).toEqual([]);
});
