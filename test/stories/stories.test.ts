/**
 * The stories are made again and compared with what is kept: who changes the protocol sees in words what they changed.
 * `npm run sim -- stories --write` writes them anew; then read them.
 */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { stories, told } from "../simulation/stories.ts";
import { storyPath } from "../simulation/stories-command.ts";

const linesMax = 80;

it.each(stories.map((story) => [story.name, story] as const))(
  "[P3] [P5] the story of %s is what the real parts still say",
  async (_name, story) => {
    const text = await told(story);
    expect(text).toBe(readFileSync(storyPath(story), "utf8"));
    expect(text.split("\n").length).toBeLessThanOrEqual(linesMax);
  },
);
