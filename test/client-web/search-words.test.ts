/** What the queueing screen says, from a ticket and the time. */
import { expect, test } from "vitest";
import { type SearchView, searchWords } from "../../client-web/queue/search-words.ts";
import type { QueueInfo, TicketInfo } from "../../shared/wire/tickets.ts";

const queue: QueueInfo = {
  ...{ name: "arena-duel", game: "arena", teams: 2, teamSize: 1, partySizeMax: 1 },
  regions: ["local"],
  botsAfterSeconds: 20,
};
const base = {
  ...{ id: "t", queue: "arena-duel", version: 3, backfill: true },
  players: [{ userId: "guest:a", name: "Ada" }],
  createdAt: "2026-01-01T00:00:00.000Z",
  expiresAt: "2026-01-01T00:15:00.000Z",
};
const search = { waitedMs: 12_400, rating: 25, ratingWindow: 4, unfairnessMax: 0.02, latencyMsMax: 80 };
const waiting: TicketInfo = { ...base, state: "waiting", search };

function words(given: Partial<SearchView> = {}) {
  return searchWords({
    ...{ queue, ticket: waiting, heardAtMs: 5_000, nowMs: 5_000 },
    ...{ troubleSinceMs: undefined, isCancelling: false },
    ...given,
  });
}

test("the clock goes on between two answers of the server", () => {
  expect(words().clock).toBe("0:12");
  expect(words({ nowMs: 5_700 }).clock).toBe("0:13");
  expect(words({ nowMs: 65_000 })).toMatchObject({ clock: "1:12", tab: "1:12 · Duel" });
});

test("before the first answer it says that it looks, and claims no ratings", () => {
  const { title, clock, ratings, looking, next } = words({ ticket: undefined, nowMs: 6_200 });
  expect({ title, clock, ratings, looking, next }).toEqual({
    ...{ title: "Looking for a match: Duel", clock: "0:01" },
    ...{ ratings: undefined, looking: "", next: "" },
  });
});

test("the rating window is named as the server has it", () => {
  expect(words().looking).toBe("Looking for players rated 21.0 to 29.0.");
  const wider: TicketInfo = { ...waiting, search: { ...search, rating: 27.25, ratingWindow: 5.5 } };
  expect(words({ ticket: wider }).ratings).toEqual({ own: 27.25, from: 21.75, to: 32.75 });
});

test("bots are counted down to, and due afterwards", () => {
  expect(words().next).toBe("Bots fill the empty seats in 8 s.");
  expect(words({ nowMs: 12_650 }).next).toBe("Bots fill the empty seats any moment.");
});

test("a queue without bots names the end of the search", () => {
  const { botsAfterSeconds: _, ...real } = queue;
  expect(words({ queue: real }).next).toBe("Only real players play here. The search ends after 15 min.");
});

test("regions are named where there are several", () => {
  expect(words().regions).toBe("");
  expect(words({ queue: { ...queue, regions: ["eu", "us"] } }).regions).toMatch(/eu or us/);
});

test("trouble is named when it lasts, and before everything else", () => {
  expect(words({ troubleSinceMs: 4_000 }).tone).toBe("calm");
  expect(words({ troubleSinceMs: 3_000, isCancelling: true })).toMatchObject({
    tone: "trouble",
    title: expect.stringMatching(/^Reconnecting…/),
  });
});

test("a proposal, a seat and a cancel are told apart", () => {
  expect(words({ ticket: { ...waiting, state: "proposed" } })).toMatchObject({
    tone: "found",
    clock: "0:12",
  });
  expect(words({ isCancelling: true }).title).toBe("Cancelling…");
  const assignment = {
    ...{ matchId: "m", region: "local", team: 0 },
    reservation: { name: "arena", sessionId: "s", roomId: "m", processId: "p" },
  };
  const assigned: TicketInfo = {
    ...base,
    state: "assigned",
    endedAt: "2026-01-01T00:00:31.000Z",
    assignment,
  };
  expect(words({ ticket: assigned, isCancelling: true, nowMs: 9_000 })).toMatchObject({
    ...{ title: "Match found. Going in…", clock: "0:31", tab: "Match found!", ratings: undefined },
  });
});
