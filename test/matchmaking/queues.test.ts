/** A declaration of queues is taken whole or refused with the place and the reason, before anything starts. */
import { expect, test } from "vitest";
import { readQueues, ticketRefusal } from "../../server/matchmaking/queues.ts";
import { rulesOf, ticket } from "./engine/waiting.ts";

const least = { name: "duel", game: "arena", teams: 2, teamSize: 1, regions: ["eu"] };
const read = (...queues: unknown[]) => readQueues(queues, ["arena"]);

test("the least declaration is enough, everything else has a default", () => {
  const result = read(least);
  expect(result).toMatchObject({ ok: true, queues: [{ ...least, partySizeMax: 1, starvationSeconds: 180 }] });
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ["an unknown field", { teamsize: 4 }, /queues\[0\].*teamsize/],
  ["a missing field", { regions: undefined }, /queues\[0\]\.regions/],
  ["a match of one seat", { teams: 1 }, /teamSize: a match needs at least two seats/],
  ["too many seats", { teams: 64, teamSize: 64 }, /4096, at most 128/],
  ["roles that do not add up", { teamSize: 3, roles: { tank: 1, scout: 1 } }, /roles: add up to 2.*3 seats/],
  ["a party larger than a team", { partySizeMax: 2 }, /partySizeMax: is more than a team of 1/],
  ["a limit that shrinks", { ratingWindow: { start: 5, growPerSecond: 0, max: 4 } }, /max is below start/],
  ["more players than seats", { playersMin: 3 }, /playersMin: is more than the 2 seats/],
  ["a region twice", { regions: ["eu", "eu"] }, /regions: names one twice/],
  ["an address of no region", { regionUrls: { us: "https://us" } }, /regionUrls: us is none of its regions/],
  ["an address that is none", { regionUrls: { eu: "eu.game.example" } }, /queues\[0\]\.regionUrls\.eu/],
  ["a game that is not there", { game: "chess" }, /there is no game "chess", only arena/],
  ["a bad name", { name: "My Queue" }, /queues\[0\]\.name: must be like/],
])("refused: %s", (_, changed, message) => {
  const result = read({ ...least, ...changed });
  expect(result.ok ? "" : result.message).toMatch(message);
});

test("two queues of one name are refused, and so is what is no list", () => {
  const twice = read(least, least);
  expect(twice.ok ? "" : twice.message).toBe("queues[1] (duel): an earlier queue has this name");
  expect(readQueues("duel", ["arena"]).ok).toBe(false);
});

test("a ticket that could wait for ever is refused in words", () => {
  const rules = rulesOf({ modes: ["flags"], roles: { tank: 1, scout: 1 } });
  const tanks = [["tank"], ["tank"]];
  expect(ticketRefusal(rules, ticket("t", { mu: [1, 2, 3] }))).toMatch(/takes 1 to 2/);
  expect(ticketRefusal(rules, ticket("t", { mode: "towers" }))).toMatch(/no mode "towers".*only flags/);
  expect(ticketRefusal(rules, ticket("t", { roles: [["healer"]] }))).toMatch(/no role "healer"/);
  expect(ticketRefusal(rules, ticket("t", { mu: [1, 2], roles: tanks }))).toMatch(/cannot all get a role/);
  const plain = rulesOf();
  expect(ticketRefusal(plain, ticket("t", { roles: [["toString"]] }))).toMatch(
    /no role "toString".*no roles/,
  );
  expect(ticketRefusal(rules, ticket("t", { mu: [1, 2], mode: "flags" }))).toBeUndefined();
  expect(ticketRefusal(rulesOf(), ticket("t", { mode: "flags" }))).toMatch(/no mode/);
});
