/** Queues and parties as players read of them. */
import { expect, test } from "vitest";
import { playWords } from "../../client-web/party/party-words.ts";
import { botsWords, queueShape, queueTitle } from "../../client-web/queue/queue-words.ts";
import type { PartyInfo } from "../../shared/wire/parties.ts";

test.each([
  ["arena-duel", "Duel"],
  ["arena-all", "Free for all"],
  ["arena-last-stand", "Last stand"],
  ["ranked", "Ranked"],
])("the queue %s is called %s", (name, title) => {
  expect(queueTitle({ name, game: "arena" })).toBe(title);
});

test.each([
  [2, 1, "1 against 1"],
  [2, 3, "3 against 3"],
  [8, 1, "everybody alone, 8 players"],
  [1, 8, "everybody alone, 8 players"],
  [4, 2, "4 sides of 2"],
])("%i sides of %i seats are: %s", (teams, teamSize, shape) => {
  expect(queueShape({ teams, teamSize })).toBe(shape);
});

test("bots are said to come, at once, or never", () => {
  expect(botsWords({ botsAfterSeconds: 20 })).toBe("bots fill up after 20 s");
  expect(botsWords({ botsAfterSeconds: 0 })).toBe("bots fill up at once");
  expect(botsWords({})).toBe("real players only");
});

const teams = { name: "arena-teams", game: "arena", partySizeMax: 3 };
const member = (name: string, ready: boolean) => ({ userId: `guest:${name}`, name, ready, latencyMs: {} });
const party = (...members: PartyInfo["members"][number][]): PartyInfo => ({
  ...{ id: "p", invite: "p-s", revision: 1, leader: "guest:Ada" },
  members,
});

test("alone, and alone in a party, one just plays", () => {
  const plain = { text: "Play: Teams", isPossible: true, why: "" };
  expect(playWords(teams, undefined, undefined)).toEqual(plain);
  expect(playWords(teams, party(member("Ada", false)), "guest:Ada")).toEqual(plain);
});

test("the leader waits for the others to be ready, not for themselves", () => {
  const waits = party(member("Ada", false), member("Bo", false), member("Cy", true));
  expect(playWords(teams, waits, "guest:Ada")).toMatchObject({
    isPossible: false,
    why: "Not ready yet: Bo.",
  });
  const ready = party(member("Ada", false), member("Bo", true));
  expect(playWords(teams, ready, "guest:Ada")).toMatchObject({
    text: "Play: Teams, 2 together",
    isPossible: true,
  });
});

test("a member is told who starts the search, whichever queue their page shows", () => {
  const both = party(member("Ada", true), member("Bo", false));
  for (const queue of [teams, { ...teams, partySizeMax: 1 }])
    expect(playWords(queue, both, "guest:Bo")).toEqual({
      text: "Ada starts the search",
      isPossible: false,
      why: "Say that you are ready.",
    });
});

test("a queue that is too small for the party says so", () => {
  const both = party(member("Ada", true), member("Bo", true));
  const duel = { name: "arena-duel", game: "arena", partySizeMax: 1 };
  expect(playWords(duel, both, "guest:Ada").why).toBe("Duel takes players on their own; you are 2.");
});
