/** Who is banned, or signed out everywhere, is matched with nobody, and nobody waits for them. */
import { expect, test } from "vitest";
import { Sessions } from "../../server/accounts/sessions.ts";
import { Director } from "../../server/matchmaking/director/director.ts";
import { proposals } from "../../server/matchmaking/engine/proposals.ts";
import { readTicket } from "../../server/matchmaking/tickets/tickets.ts";
import { EasySeating, queued, refreshMs, type World, world } from "./world.ts";

const hourMs = 3_600_000;

async function setUp() {
  const parts = world();
  const [here, elsewhere] = [await open(parts), await open(parts)];
  const seating = new EasySeating();
  const mayWait = (userId: string, sinceMs: number) => here.mayWait(userId, sinceMs);
  const director = new Director({ ...parts, seating, decide: proposals, mayWait });
  return { parts, elsewhere, seating, director };
}

function open(parts: World): Promise<Sessions> {
  const fixed = { issuer: "holdfast", audience: "holdfast", secret: "test" };
  return Sessions.open({ ...parts, ...fixed, tokenMs: hourMs, lifeMs: hourMs, keyPeriodMs: hourMs });
}

async function stateOf(parts: World, userId: string, ticketId: string): Promise<string> {
  const found = await readTicket(parts, { ticketId, userId });
  if (!found.ok) throw new Error(found.detail);
  return found.ticket.state;
}

test("[P1] [P8.2] who was banned while they waited is cancelled, with their party, and the others are matched", async () => {
  const { parts, elsewhere, seating, director } = await setUp();
  const { ticket } = await queued(parts, "ann");
  const party = { queue: "pairs", players: [{ userId: "cleo" }, { userId: "dan" }] };
  const ofParty = (await queued(parts, "cleo", party)).ticket;
  await elsewhere.ban({ kind: "user", of: "ann", untilMs: parts.nowMs() + hourMs });
  await elsewhere.ban({ kind: "user", of: "dan", untilMs: parts.nowMs() + hourMs });
  await parts.pass(refreshMs);
  await queued(parts, "ben");
  await queued(parts, "eve");
  director.start();
  await parts.pass(1000);
  expect(await stateOf(parts, "ann", ticket.id)).toBe("cancelled");
  expect(await stateOf(parts, "cleo", ofParty.id)).toBe("cancelled");
  expect([...seating.matches.values()].map((users) => users.toSorted())).toEqual([["ben", "eve"]]);
});

test("who signed out everywhere is cancelled; who queued again with a new session is matched", async () => {
  const { parts, elsewhere, seating, director } = await setUp();
  const { ticket } = await queued(parts, "ann");
  await parts.pass(100);
  await elsewhere.signOutEverywhere("ann");
  await elsewhere.signOutEverywhere("ben");
  await parts.pass(100);
  await queued(parts, "ben");
  await queued(parts, "eve");
  await parts.pass(refreshMs);
  director.start();
  await parts.pass(1000);
  expect(await stateOf(parts, "ann", ticket.id)).toBe("cancelled");
  expect([...seating.matches.values()].map((users) => users.toSorted())).toEqual([["ben", "eve"]]);
});
