/** `npm run sim -- stories`: prints the stories, or with --write puts them where their test finds them. */

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { flagsOrExit } from "../../shared/command-line/flags-or-exit.ts";
import { type Story, stories, told } from "./stories.ts";

/** The file that a story is kept in. */
export function storyPath({ name }: Story): string {
  return fileURLToPath(new URL(`../stories/${name}.txt`, import.meta.url));
}

/** @param argv after the word "stories"; @returns the exit code */
export async function tellStories(argv: readonly string[]): Promise<number> {
  const flags = { write: { type: "boolean", help: "rewrites test/stories" } } as const;
  const { write } = flagsOrExit("sim stories", flags, { argv });
  for (const story of stories) {
    const text = await told(story);
    if (!write) console.log(text);
    else writeFileSync(storyPath(story), text);
  }
  return 0;
}
