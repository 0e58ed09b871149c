/** What a page of docs/ names: its code, its headings, its links. */

/** Spans of code, and the lines of blocks of code. */
export function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```\w*\n(.*?)^```/gms)].flatMap(([, block]) => block!.split("\n"));
  const prose = text.replaceAll(/^```\w*\n.*?^```/gms, "");
  return [...blocks.flatMap((line) => line.split(" && ")), ...matches(prose, /`([^`]+)`/g)];
}

export function matches(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([whole, group]) => group ?? whole))];
}

/** As GitHub makes them. */
export const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, "")
    .replaceAll(" ", "-");
