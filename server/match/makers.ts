/**
 * Limits how many matches a user or an address may have made in this process while nobody else plays in them, and in
 * how many matches a user may be at once, so that one caller cannot fill a server. It counts and ends nothing: a match
 * that stays empty ends by its own rule (ending.ts).
 */
import type { SteadyClock } from "../../shared/clock.ts";
import type { Match } from "./match.ts";

export interface Maker {
  readonly userId: string;
  /** An address in the form that limits count; undefined when unknown. */
  readonly address?: string;
}

export interface MakerLimits {
  /** Matches of one user in which nobody else has been; 0 means no limit, as for the others. */
  readonly emptyPerUserMax: number;
  /** Matches of one address in which nobody is connected. */
  readonly emptyPerAddressMax: number;
  /** Places of one user, as a player or a spectator. */
  readonly seatsPerUserMax: number;
}

/** A match as far as its maker's limits see it; one that is being created has nobody. */
export interface Made {
  readonly maker: Maker | undefined;
  readonly match?: Pick<Match, "state" | "firstPlayers">;
  /** It is in no process; nobody but its maker has been in it. */
  readonly sleeps?: true;
}

/**
 * Matches of an address in which nobody but their makers is connected, for each empty one that it may have: people
 * behind one address may each play alone, and an address that makes guests still cannot fill the process.
 */
const alonePerEmptyMax = 8;

/** Why `maker` may not create another match now; undefined when they may. */
export function tooManyOf(maker: Maker, made: Iterable<Made>, limits: MakerLimits): string | undefined {
  let ofUser = 0;
  let empty = 0;
  let alone = 0;
  for (const { maker: other, match, sleeps } of made) {
    if (other === undefined) continue;
    if (other.userId === maker.userId && !othersWere(match, other)) ofUser += 1;
    if (maker.address === undefined || other.address !== maker.address) continue;
    const connected = connectedIn(match);
    if (connected.length === 0 && !sleeps) empty += 1;
    if (connected.every((userId) => userId === other.userId)) alone += 1;
  }
  const { emptyPerUserMax, emptyPerAddressMax } = limits;
  if (emptyPerUserMax > 0 && ofUser >= emptyPerUserMax)
    return `nobody but you has been in ${ofUser} matches that you made`;
  if (emptyPerAddressMax === 0) return undefined;
  if (empty >= emptyPerAddressMax)
    return `${empty} matches that were made from your address have nobody in them`;
  if (alone >= emptyPerAddressMax * alonePerEmptyMax)
    return `${alone} matches that were made from your address have nobody but their makers in them`;
  return undefined;
}

/** A match that sleeps counts to its maker for so long, as far as nobody else has been in it; it would never end. */
const sleepingCountsMs = 3_600_000;
/** Beyond it the oldest no longer count. */
const sleepingMax = 10_000;

/** Matches that this process put to sleep and in which nobody but their makers has been. */
export class AsleepAlone {
  readonly #nowMs: SteadyClock;
  /** By id of the match, the latest last. */
  readonly #made = new Map<string, { readonly maker: Maker; readonly sinceMs: number }>();

  constructor(nowMs: SteadyClock) {
    this.#nowMs = nowMs;
  }

  fellAsleep(id: string, { maker, match }: Made): void {
    if (maker === undefined || othersWere(match, maker)) return;
    this.#made.delete(id);
    this.#made.set(id, { maker, sinceMs: this.#nowMs() });
    if (this.#made.size > sleepingMax) this.#made.delete(this.#made.keys().next().value!);
  }

  /** @returns whose it is still, if it was one of them */
  woke(id: string): Maker | undefined {
    const known = this.#made.get(id);
    this.#made.delete(id);
    return known?.maker;
  }

  *made(): Iterable<Made> {
    const sinceMs = this.#nowMs() - sleepingCountsMs;
    for (const [id, each] of this.#made) {
      if (each.sinceMs > sinceMs) yield { maker: each.maker, sleeps: true };
      else this.#made.delete(id);
    }
  }
}

function othersWere(match: Made["match"], { userId }: Maker): boolean {
  return match !== undefined && [...match.firstPlayers].some((each) => each !== userId);
}

/** The users whose connection to their seat stands. */
function connectedIn(match: Made["match"]): string[] {
  const seats = match?.state.seats ?? [];
  return seats.flatMap(({ seat, droppedAt, userId }) =>
    seat === "spectator" || droppedAt !== undefined ? [] : [userId],
  );
}
