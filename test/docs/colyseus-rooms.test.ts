/** The page on rooms of Colyseus has every member of the installed `Room`, once, and names tests that exist. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { matches } from "./page-text.ts";

const root = join(import.meta.dirname, "..", "..");
const page = readFileSync(join(root, "docs/colyseus-rooms.md"), "utf8");

function membersOfRoom(): string[] {
  const types = readFileSync(join(root, "node_modules/@colyseus/core/build/Room.d.ts"), "utf8");
  const body = types.slice(types.indexOf("export declare class Room<"));
  const all = matches(body, /^ {4}(?:(?:protected|static|get|set) )*([A-Za-z]\w*)\??[(:<]/gm);
  return [...new Set(all)];
}

it("every member of Room is in the page once, and no other", () => {
  const rows = matches(page, /^\| `(\w+)` \|/gm);
  expect(membersOfRoom().length).toBeGreaterThan(50);
  expect(rows.sort()).toEqual(membersOfRoom().sort());
});

it("every row says what tried it, by letters that the page explains with files that exist", () => {
  const letters = new Map(
    [...page.matchAll(/`([A-Z])`\s+\[[^\]]+\]\(([^)]+)\)/g)].map(([, letter, file]) => [letter, file!]),
  );
  for (const file of letters.values())
    expect(existsSync(join(root, dirname("docs/x"), file)), file).toBe(true);
  const tried = matches(page, /^\| `\w+` .*\| ([^|]*) \|$/gm);
  for (const each of tried)
    expect(
      each.split(" ").filter((how) => how !== "read" && !letters.has(how)),
      each,
    ).toEqual([]);
});
