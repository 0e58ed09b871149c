/**
 * Other rules for matches that run: each stands still until a snapshot of it is kept, the rules change, and it goes on
 * from there with the same World. No connection is touched; clients get the full state with the next patch. A crash
 * right after it restores from that snapshot, so no replay mixes rules. For development.
 */
import type { AnyGame } from "../../shared/game/game.ts";
import type { LiveMatch } from "../match/live-match.ts";
import type { OutFrame } from "../room/gated-socket.ts";
import type { MatchProcess } from "./match-process.ts";

/** A store that takes longer does not hold the new rules up: the match then has them without a snapshot before it. */
const keptMsMax = 5000;

export interface ChangedMatches {
  readonly changed: readonly string[];
  /** Matches that have the new rules although no snapshot was kept: a crash before the next one sets them aside. */
  readonly unkept: readonly { readonly id: string; readonly why: string }[];
}

/** @param change replaces the rules, at once */
export async function changeRules(
  { host, rooms }: Pick<MatchProcess, "host" | "rooms">,
  { name }: Pick<AnyGame, "name">,
  change: () => void,
): Promise<ChangedMatches> {
  const running = host
    .all()
    .map(({ live }) => live)
    .filter(({ match, lifecycle }) => match.game.name === name && lifecycle === "running");
  const kept = await Promise.allSettled(running.map(inTime));
  change();
  for (const [index, live] of running.entries()) {
    live.match.rulesChanged();
    rooms.showAnew(live.id);
    if (kept[index]!.status === "fulfilled") live.resume();
  }
  const unkept = running.flatMap(({ id }, index) => {
    const result = kept[index]!;
    return result.status === "rejected" ? [{ id, why: (result.reason as Error).message }] : [];
  });
  return { changed: running.map(({ id }) => id), unkept };
}

async function inTime(live: LiveMatch<OutFrame>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    // It may be kept later, with nobody there to go on.
    live.resume();
    late.reject(new Error(`match ${live.id} was not kept within ${keptMsMax} ms`));
  }, keptMsMax);
  try {
    await Promise.race([live.handOver(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
