/** Commands in messages: what is named can be typed where one is. */
import { expect, test } from "vitest";
import { typedCommand, usage } from "../../shared/command-line/typed-command.ts";

test.each([
  ["file:///a/typed-command.ts", "fleet", "status", "npm run fleet -- status"],
  ["file:///a/typed-command.ts", "bots", "", "npm run bots"],
  ["file:///a/typed-command.js", "fleet", "status", "npx holdfast fleet status"],
  ["file:///a/typed-command.js", "bots", "", "npx holdfast bots"],
])("in %s the command %s %s is typed as: %s", (module, name, args, typed) => {
  expect(typedCommand(name, args, module)).toBe(typed);
});

test("the sources are a checkout", () => {
  expect(typedCommand("replay", "--list")).toBe("npm run replay -- --list");
});

test("the uses of a command are two columns", () => {
  const uses = [
    ["--list", "all of them"],
    ["<matchId>", "one"],
  ] as const;
  expect(usage("replay", uses)).toBe(
    "npm run replay -- --list     all of them\nnpm run replay -- <matchId>  one",
  );
});
