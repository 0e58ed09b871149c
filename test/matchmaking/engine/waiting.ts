/** Queues and tickets for the engine's tests: short to write, and as fast-check draws them. */
import fc from "fast-check";
import type { WaitingTicket } from "../../../server/matchmaking/engine/ticket.ts";
import { type QueueRules, readQueues } from "../../../server/matchmaking/queues.ts";

export const nowMs = 1_700_000_000_000;
export const regions = ["eu", "us"];

/** Two sides of two, unless said otherwise; a window of 2 that grows by 0.1 a second up to 10. */
export function rulesOf(changed: Record<string, unknown> = {}): QueueRules {
  const declared = {
    name: "test",
    game: "arena",
    teams: 2,
    teamSize: 2,
    regions,
    ratingWindow: { start: 2, growPerSecond: 0.1, max: 10 },
    unfairness: { start: 1, growPerSecond: 0, max: 1 },
    latencyMs: { start: 60, growPerSecond: 2, growAfterSeconds: 10, max: 200 },
    starvationSeconds: 60,
    ...changed,
  };
  const read = readQueues([declared], ["arena"]);
  if (!read.ok) throw new Error(read.message);
  return read.queues[0]!;
}

interface Wish {
  /** One mu for each player. */
  readonly mu?: readonly number[];
  readonly sigma?: number;
  readonly waitedSeconds?: number;
  readonly latencyMs?: Readonly<Record<string, number>>;
  readonly mode?: string;
  readonly roles?: readonly (readonly string[])[];
  readonly backfill?: boolean;
}

export function ticket(id: string, wish: Wish = {}): WaitingTicket {
  const { mu = [25], sigma = 4, waitedSeconds = 0, latencyMs = {}, mode, roles, backfill = false } = wish;
  return {
    id,
    queue: "test",
    createdAtMs: nowMs - waitedSeconds * 1000,
    players: mu.map((each, player) => ({
      userId: `${id}.${player}`,
      rating: { mu: each, sigma },
      ...(roles?.[player] ? { roles: roles[player] } : {}),
    })),
    latencyMs,
    ...(mode === undefined ? {} : { mode }),
    backfill,
  };
}

const tenth = (min: number, max: number) =>
  fc.integer({ min: min * 10, max: max * 10 }).map((value) => value / 10);

/** Up to 40 tickets: parties of 1 to 3, some long waiting, some that know no latency or want a mode. */
export const someTickets = fc
  .array(
    fc.record({
      mu: fc.array(tenth(15, 35), { minLength: 1, maxLength: 3 }),
      sigma: tenth(1, 8),
      waitedSeconds: tenth(0, 120),
      latencyMs: fc.oneof(
        fc.constant({}),
        fc.record({ eu: fc.integer({ min: 10, max: 250 }), us: fc.integer({ min: 10, max: 250 }) }),
        fc.record({ us: fc.integer({ min: 10, max: 250 }) }),
      ),
      mode: fc.constantFrom(undefined, "flags", "towers"),
      role: fc.constantFrom(undefined, "tank", "scout"),
      backfill: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((wishes) =>
    wishes.map(({ mode, role, ...wish }, at) =>
      ticket(`t${at}`, {
        ...wish,
        ...(mode ? { mode } : {}),
        ...(role ? { roles: wish.mu.map(() => [role]) } : {}),
      }),
    ),
  );

/** Queues of many shapes, all with the modes and the roles above or with none. */
export const someRules = fc
  .record({
    shape: fc.constantFrom([2, 2], [2, 3], [2, 4], [3, 2], [1, 6], [5, 1]),
    bots: fc.boolean(),
    modes: fc.boolean(),
    roles: fc.boolean(),
    unfairness: fc.constantFrom(0.05, 0.2, 1),
    starvationSeconds: fc.constantFrom(30, 90, 1000),
  })
  .map(({ shape: [teams = 2, teamSize = 2], bots, modes, roles, unfairness, starvationSeconds }) =>
    rulesOf({
      teams,
      teamSize,
      starvationSeconds,
      unfairness: { start: unfairness, growPerSecond: 0, max: unfairness },
      ...(bots ? { botsAfterSeconds: 20, playersMin: 2 } : {}),
      ...(modes ? { modes: ["flags", "towers"] } : {}),
      ...(roles && teamSize > 1 ? { roles: { tank: 1, scout: teamSize - 1 } } : {}),
    }),
  );
