/**
 * `npm run bench -- matchmaking`: the engine alone, tickets over HTTP, and the time from the last needed ticket to
 * everyone's assignment.
 */
import { join } from "node:path";
import type { BenchGame } from "./bench-game.ts";
import { engineRows } from "./engine-rows.ts";
import type { BenchResult } from "./result.ts";
import { withTemporaryDirectory } from "./sample.ts";
import { type AssignedExtent, ticketsAssigned } from "./tickets-assigned.ts";
import { type TicketsHttpExtent, ticketsHttp } from "./tickets-http.ts";

interface Extent {
  /** Numbers of waiting tickets; empty for all. */
  readonly engineSizes: readonly number[];
  readonly http: TicketsHttpExtent;
  readonly assigned: AssignedExtent;
}

/** Sizes, in full and quickly; quick numbers only show that it works. */
export const matchmakingExtents = {
  full: { engineSizes: [], http: { users: 1000, rounds: 12 }, assigned: { arrivals: 200, runs: 3 } },
  quick: {
    engineSizes: [1000, 10_000],
    http: { users: 200, rounds: 3 },
    assigned: { arrivals: 30, runs: 1 },
  },
} as const satisfies Record<string, Extent>;

export async function measureMatchmaking(
  { engineSizes, http, assigned }: Extent,
  played: BenchGame,
  progress: (text: string) => void,
): Promise<readonly BenchResult[]> {
  return withTemporaryDirectory(async (path) => [
    ...(await engineRows(engineSizes, progress)),
    ...(await ticketsHttp(join(path, "http"), http, progress)),
    ...(await ticketsAssigned(join(path, "assigned"), { ...assigned, played }, progress)),
  ]);
}
