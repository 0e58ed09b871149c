/**
 * The words that this project does not use, each with the one that it does: in identifiers, and where they can mean
 * nothing else also in comments and in texts that people read. Keys and names on a wire are no texts. Reads one source.
 */
import { lineAt, type Source, walk } from "./source.ts";
import type { Finding, Rule } from "./tidy-rules.ts";

interface BannedWord {
  /** Matches an identifier's words in small letters: `#heldMatches` is "held matches". */
  readonly identifier?: RegExp;
  /** Matches a comment, or a text with a blank in it. */
  readonly text?: RegExp;
  readonly instead: string;
}

const bannedWords: readonly BannedWord[] = [
  { identifier: /^match parts|build match parts/, instead: "match process" },
  { identifier: /\bface parts|add face\b/, instead: "public HTTP" },
  { identifier: /^asking parts|^asking page/, instead: "backfill request" },
  { identifier: /\bwhereabouts\b/, text: /\bwhereabouts\b/i, instead: "match locator" },
  { identifier: /\bsubstance\b/, text: /\bsubstance\b/i, instead: "routing fields" },
  { identifier: /\brescues?\b/, text: /\brescue[sd]?\b/i, instead: "takeover" },
  {
    identifier: /\bboards?\b/,
    text: /\b(?:the|on|off|a) board\b/i,
    instead: "node registry, or leaderboard",
  },
  {
    identifier: /\bnode cards?\b|\bcard of\b/,
    text: /\b(?:its|the|a node's) card\b/i,
    instead: "node entry",
  },
  { identifier: /\bway back\b/, instead: "reconnect" },
  { identifier: /\bsilence watch\b/, instead: "dead-connection detector" },
  { identifier: /\bminds?\b/, instead: "bot state" },
  { identifier: /\bwheels?\b/, text: /\bwheels?\b/i, instead: "timer" },
  { identifier: /\bcables?\b/, text: /\bcables?\b/i, instead: "TCP proxy" },
  { identifier: /\bears?\b/, text: /\bears?\b/i, instead: "stale-owner detector" },
  { identifier: /^stay(?: end| ms.*)?$/, text: /\b(?:a|every|of the|this) stay\b/i, instead: "visit" },
  { identifier: /\bsquads?\b/, text: /\bsquads?\b/i, instead: "queue group" },
  { identifier: /\bscenes?\b/, text: /\bscenes?\b/i, instead: "setup" },
  { identifier: /\bwitness(?:es)?\b/, text: /\bwitness(?:es)?\b/i, instead: "recorder" },
  { identifier: /\bfalsif/, text: /\bfalsif/i, instead: "false answer" },
  { identifier: /\bkept process\b/, instead: "supervised process" },
  { identifier: /\bled queue\b/, instead: "queue director" },
  { identifier: /\bheld match(?:es)?\b/, instead: "match in memory" },
  { identifier: /^fed$|^fed ms$|^is fed$|^newly fed$/, text: /\bfed rows?\b/i, instead: "in the feed" },
  { identifier: /\bembod/, text: /\bembod/i, instead: "open a room, attach it" },
  { text: /\b(?:he|him|his|himself)\b/i, instead: "a player is they" },
  { text: /\bwhoever\b/i, instead: "a client that, a player who, the node that" },
  { text: /^\*?\s*Of [a-z]/, instead: "a sentence with a subject" },
  { text: /\bso long\b(?! that| ago|,)/i, instead: "this long, or the name of the limit" },
];

export const plainWords: Rule = (source) => [
  ...identifierFindings(source),
  ...textsOf(source).flatMap((text) => textFindings(source, text)),
];

function identifierFindings(source: Source): Finding[] {
  const findings: Finding[] = [];
  walk(source.program, (node) => {
    if (node.type !== "Identifier" && node.type !== "PrivateIdentifier") return;
    const words = wordsOf(String(node.name));
    for (const { identifier, instead } of bannedWords)
      if (identifier?.test(words)) findings.push(finding(source, node.start, String(node.name), instead));
  });
  return findings;
}

function textFindings(source: Source, { value, start }: Text): Finding[] {
  return bannedWords.flatMap(({ text, instead }) => {
    const [found] = text?.exec(value) ?? [];
    return found === undefined ? [] : [finding(source, start, found, instead)];
  });
}

function finding(source: Source, start: number, found: string, instead: string): Finding {
  return { line: lineAt(source, start), problem: `"${found}" is not a word of this project: ${instead}` };
}

/** `SilenceWatch`, `#silenceWatch` and `SILENCE_WATCH` are all "silence watch". */
const wordsOf = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_$#]+/g, " ")
    .trim()
    .toLowerCase();

interface Text {
  readonly value: string;
  readonly start: number;
}

/** Comments, and literals with a blank in them: a key, a path or a code has none. */
function textsOf(source: Source): Text[] {
  const texts: Text[] = source.comments.map(({ value, start }) => ({
    value: value.replace(/\s*\n\s*\*\s*/g, " "),
    start,
  }));
  walk(source.program, (node) => {
    const { value } = node as { value?: unknown };
    const text = node.type === "TemplateElement" ? (value as { cooked?: string }).cooked : value;
    if ((node.type === "Literal" || node.type === "TemplateElement") && typeof text === "string")
      if (text.trim().includes(" ")) texts.push({ value: text, start: node.start });
  });
  return texts;
}

/** Names of the interfaces, types and classes that a source declares, private ones too. */
export function typesDeclared(source: Source): { name: string; line: number }[] {
  const kinds = ["TSInterfaceDeclaration", "TSTypeAliasDeclaration", "ClassDeclaration"];
  const types: { name: string; line: number }[] = [];
  walk(source.program, (node) => {
    const { name } = (node.id ?? {}) as { name?: string };
    if (kinds.includes(node.type) && name !== undefined)
      types.push({ name, line: lineAt(source, node.start) });
  });
  return types;
}
