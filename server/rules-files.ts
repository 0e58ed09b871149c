/**
 * The fingerprint of the files that a game's rules are written in: the file that is loaded, and all that it imports by
 * its path, as text. Packages do not count, nor does Holdfast's own library. Of a game that a program has in hand the files are
 * not known: there it is that of the rules' own functions, as text. It reads; it runs nothing.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { definitionOf } from "../shared/game/fingerprint.ts";

/** More are not read: then it is the fingerprint of these. */
const filesMax = 2000;
const shownLength = 12;

/** What a game of this repository imports where others import `holdfast/game`. */
const library = ["../shared/game/", "../doors/"].map((path) => new URL(path, import.meta.url).href);

const imported = /\b(?:from|import|require)\s*\(?\s*["']((?:\.{1,2}\/|file:)[^"'\n]+)["']/g;

/** Those that a World depends on. */
const ruleParts = ["create", "step", "wakeAt", "outcome"] as const;

/** What those functions call is not in it: a change there is not noticed. */
export function functionsFingerprint(game: object): string {
  const written = definitionOf(game) as { readonly [part: string]: unknown };
  const hash = createHash("sha256");
  for (const part of ruleParts) {
    const rule = written[part];
    const text = typeof rule === "function" ? Function.prototype.toString.call(rule) : "";
    hash.update(`${text.length}\n${text.replaceAll("\r\n", "\n")}`);
  }
  return hash.digest("hex").slice(0, shownLength);
}

/** @param entry the URL of a file. @returns undefined when it cannot be read */
export function rulesFingerprint(entry: string): string | undefined {
  const texts = [...textsFrom(entry).values()].sort();
  if (texts.length === 0) return undefined;
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}\n${text}`);
  return hash.digest("hex").slice(0, shownLength);
}

function textsFrom(entry: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const waiting = [entry];
  for (let url = waiting.pop(); url !== undefined && texts.size < filesMax; url = waiting.pop()) {
    if (texts.has(url)) continue;
    const text = textOf(url);
    if (text === undefined) continue;
    texts.set(url, text);
    for (const [, specifier] of text.matchAll(imported)) {
      const next = new URL(specifier!, url).href;
      if (isOwn(next)) waiting.push(next);
    }
  }
  return texts;
}

const isOwn = (url: string) =>
  !url.includes("/node_modules/") && !library.some((each) => url.startsWith(each));

/** With the same ends of lines, on whichever system it was checked out. undefined: what looked like an import leads to no file. */
function textOf(url: string): string | undefined {
  try {
    return readFileSync(fileURLToPath(url), "utf8").replaceAll("\r\n", "\n");
  } catch {
    return undefined;
  }
}
