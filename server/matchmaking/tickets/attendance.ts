/**
 * Decides what happens to a match with players missing after the waiting time. The decision is made once per match,
 * in the store, so the match's owner and any owner after a crash read the same. A called-off match counts as counted,
 * so that no rating changes, and the players who came wait again with their earlier ticket: one conditional write. A
 * party of which only some came does not wait again: its ticket ends and names the missing members. Row of the
 * queue's part: `attended:<match id>`.
 */

import type { UnixMs } from "../../../shared/clock.ts";
import { outcomeKeptMs, outcomeKey, queuePart } from "../../ratings/rating-rows.ts";
import { absent, type Put, type Row } from "../../rows/store.ts";
import { again, uncontended } from "../../rows/uncontended.ts";
import { StoreError } from "../../store-error.ts";
import type { MatchmakingParts } from "../parts.ts";
import type { QueueRules } from "../queues.ts";
import { claimPut, userPart } from "./claims.ts";
import { seenPut } from "./presence.ts";
import { playerKey, playerPuts, type TicketRow, ticketChange, ticketKey, ticketRow } from "./rows.ts";
import { type Ticket, ticketBase } from "./ticket.ts";

export type AttendanceVerdict = "play-on" | "call-off";

export interface Arrival {
  readonly userId: string;
  readonly ticketId?: string | undefined;
  readonly came: boolean;
}

/** What the queue's rules decide when players are missing. */
export function verdictOf(
  { whenMissing }: Pick<QueueRules, "whenMissing">,
  arrivals: readonly Arrival[],
  bots: number,
): AttendanceVerdict {
  const there = arrivals.filter(({ came }) => came).length;
  // A player alone does not play for a rating, and a match to which nobody came is called off.
  return whenMissing === "play-on" && there > 0 && there + bots > 1 ? "play-on" : "call-off";
}

export interface Missed {
  readonly matchId: string;
  readonly queue: string;
  /** About the players for whom the match was made. */
  readonly arrivals: readonly Arrival[];
  readonly verdict: AttendanceVerdict;
}

export interface Decided {
  readonly verdict: AttendanceVerdict;
  /** By the store's clock; long ago when the match was restored after a crash. */
  readonly atMs: number;
}

const attendedKey = (matchId: string) => `attended:${matchId}`;

/** @returns the decision for this match, present or earlier. @throws StoreError; the call is then repeated */
export async function decideOnMissing(parts: MatchmakingParts, missed: Missed): Promise<Decided> {
  const { store, nowMs } = parts;
  const { matchId, queue, verdict } = missed;
  const part = queuePart(queue);
  return uncontended(`deciding on match ${matchId} failed`, async () => {
    const [before, counted] = await store.read(part, [attendedKey(matchId), outcomeKey(matchId)]);
    if (before !== undefined) return JSON.parse(before.value) as Decided;
    const decided: Decided = { verdict: counted === undefined ? verdict : "play-on", atMs: nowMs() };
    const attended = { key: attendedKey(matchId), value: JSON.stringify(decided), keepMs: outcomeKeptMs };
    const expect = [{ key: attended.key, version: absent }];
    if (decided.verdict === "play-on") {
      if ((await store.commit(part, { expect, put: [attended] })).ok) return decided;
      return again;
    }
    const { whole, torn } = await ticketsOf(parts, missed);
    const back = await waitingNowhere(parts, missed, whole);
    const puttingBack = puttingBackOf(back, nowMs());
    // Not what goes with a ticket's end: this one had ended before, and its players may wait with another ticket.
    const ending = ticketChange(
      torn.map((from) => ({ from, to: endedWithout(from.ticket, missed, nowMs()) })),
      nowMs(),
    );
    const counts = { key: outcomeKey(matchId), value: String(nowMs()), keepMs: outcomeKeptMs };
    const result = await store.commit(part, {
      expect: [...expect, { key: counts.key, version: absent }, ...puttingBack.expect, ...ending.expect],
      put: [attended, counts, ...puttingBack.put, ...ending.put],
    });
    if (result.ok) {
      await claimAgain(parts, back);
      return decided;
    }
    if (result.reason === "feed-full")
      throw new StoreError("store/full", `match ${matchId} is called off: the queue "${queue}" is full`);
    return again;
  });
}

/**
 * Those of `arrivals` that their queue sent to this match. A booking whose answer came too late made a match that
 * nobody was told of, so nobody is missing from it.
 */
export async function sentTo(
  { store }: MatchmakingParts,
  { matchId, queue, arrivals }: Pick<Missed, "matchId" | "queue" | "arrivals">,
): Promise<ReadonlySet<string>> {
  const known = arrivals.filter(({ ticketId }) => ticketId !== undefined);
  const rows = await store.read(
    queuePart(queue),
    known.map(({ ticketId }) => ticketKey(ticketId!)),
  );
  const sent = known.filter((_, at) => {
    const ticket = ticketRow(rows[at])?.ticket;
    // An earlier owner of the match ended it, and died.
    if (ticket?.state === "cancelled") return ticket.noShow?.matchId === matchId;
    return ticket?.state === "assigned" && ticket.assignment.matchId === matchId;
  });
  return new Set(sent.map(({ userId }) => userId));
}

/** Tickets of this match with a player who came: complete ones, and ones with missing players. */
async function ticketsOf(
  { store }: MatchmakingParts,
  { matchId, queue, arrivals }: Missed,
): Promise<{ whole: readonly TicketRow[]; torn: readonly TicketRow[] }> {
  const missing = missingOf(arrivals);
  const ids = [...new Set(arrivals.flatMap(({ ticketId, came }) => (came && ticketId ? [ticketId] : [])))];
  const rows = await store.read(queuePart(queue), ids.map(ticketKey));
  const ofMatch = rows
    .flatMap((row) => ticketRow(row) ?? [])
    .filter(({ ticket }) => ticket.state === "assigned" && ticket.assignment.matchId === matchId);
  const isTorn = ({ ticket }: TicketRow) => ticket.players.some(({ userId }) => missing.has(userId));
  return { whole: ofMatch.filter((row) => !isTorn(row)), torn: ofMatch.filter(isTorn) };
}

const missingOf = (arrivals: readonly Arrival[]): ReadonlySet<string> =>
  new Set(arrivals.filter(({ came }) => !came).map(({ userId }) => userId));

async function waitingNowhere(
  { store }: MatchmakingParts,
  { queue }: Missed,
  tickets: readonly TicketRow[],
): Promise<readonly TicketRow[]> {
  const waiting = await Promise.all(
    tickets.map(({ ticket }) =>
      store.read(
        queuePart(queue),
        ticket.players.map(({ userId }) => playerKey(userId)),
      ),
    ),
  );
  return tickets.filter((_, at) => waiting[at]!.every((row: Row | undefined) => row === undefined));
}

/** They may queue again at once; they decide whether to do so with the missing member. */
function endedWithout(ticket: Ticket, { matchId, arrivals }: Missed, nowMs: UnixMs): Ticket {
  const absent = missingOf(arrivals);
  const missing = ticket.players.map(({ userId }) => userId).filter((userId) => absent.has(userId));
  return { ...ticketBase(ticket), state: "cancelled", endedAtMs: nowMs, noShow: { matchId, missing } };
}

function puttingBackOf(back: readonly TicketRow[], nowMs: UnixMs) {
  const steps = back.map((from) => ({ from, to: waitingAgain(from.ticket, nowMs) }));
  const { expect, put } = ticketChange(steps, nowMs);
  const players = steps.flatMap(({ to }) => playerPuts(to, nowMs));
  return {
    expect: [...expect, ...players.map(({ key }) => ({ key, version: absent }))],
    put: [...put, ...players, ...steps.map(({ to }): Put => seenPut(to.id))],
  };
}

/** Its waiting time and its remaining time are kept. */
function waitingAgain(ticket: Ticket, nowMs: UnixMs): Ticket {
  const seatedMs = ticket.state === "assigned" ? Math.max(0, nowMs - ticket.endedAtMs) : 0;
  return {
    ...ticketBase(ticket),
    expiresAtMs: ticket.expiresAtMs + seatedMs,
    state: "waiting",
    notBeforeMs: nowMs,
  };
}

/** Without the claim they could also wait in another queue, which is the only harm. */
async function claimAgain({ store, nowMs }: MatchmakingParts, back: readonly TicketRow[]): Promise<void> {
  const puts = back.flatMap(({ ticket }) =>
    ticket.players.map(({ userId }) => {
      const claim = { kind: "waiting", ticketId: ticket.id, asked: "", wishHash: "", atMs: nowMs() } as const;
      return store.commit(userPart(userId), { expect: [], put: [claimPut(claim)] });
    }),
  );
  await Promise.allSettled(puts);
}
