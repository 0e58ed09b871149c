/** `npm run sim -- stories`: prints the stories, or with --write puts them where their test finds them. */

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { exitCodes } from "../../shared/command-line/exit-codes.ts";
import { type Story, stories, told } from "./stories.ts";

/** The file that a story is kept in. */
export function storyPath({ name }: Story): string {
  return fileURLToPath(new URL(`../stories/${name}.txt`, import.meta.url));
}

/** @param argv after the word "stories"; @returns the exit code */
export async function tellStories(argv: readonly string[]): Promise<number> {
  const [flag, ...more] = argv;
  if ((flag !== undefined && flag !== "--write") || more.length > 0) {
    console.error("sim stories: it takes --write, which rewrites test/stories, and nothing else");
    return exitCodes.badUsage;
  }
  for (const story of stories) {
    const text = await told(story);
    if (flag === undefined) console.log(text);
    else writeFileSync(storyPath(story), text);
  }
  return 0;
}
