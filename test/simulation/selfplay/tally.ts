/** What came of many matches of bots: who won, how long they were, and one hash of all of it. Pure. */
import { rank } from "../../../client-sim/percentiles.ts";
import { hashPlain } from "../../../shared/game/deterministic/hash.ts";
import type { Plain, Seat } from "../../../shared/game/game.ts";
import type { BrainKind, SelfPlayed } from "./self-match.ts";

/** What a seat reached, or all seats that one kind of brain had. */
export interface Standing {
  played: number;
  /** Alone in the first place. */
  won: number;
  /** With others in the first place: those of one side, or equals. */
  shared: number;
}

export class Tally {
  readonly seats: Standing[];
  readonly brains: Partial<Record<BrainKind, Standing>> = {};
  readonly reasons: Record<string, number> = {};
  matches = 0;
  /** Everybody was first. */
  draws = 0;
  unfinished = 0;
  commands = 0;
  turns = 0;
  hash = "";
  readonly #lengths: number[] = [];

  constructor(players: number) {
    this.seats = Array.from({ length: players }, nothing);
  }

  add(brains: readonly BrainKind[], played: SelfPlayed): void {
    const { turns, hash, outcome, commands } = played;
    this.matches += 1;
    this.turns += turns;
    this.commands += commands;
    this.#lengths.push(turns);
    this.hash = hashPlain([this.hash, turns, hash, (outcome ?? null) as unknown as Plain]);
    const reason = outcome?.reason ?? "not over";
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
    if (outcome === undefined) this.unfinished += 1;
    const first = outcome?.ranking[0] ?? [];
    const all = outcome?.ranking.flat().length ?? 0;
    if (all > 1 && first.length === all) this.draws += 1;
    for (const [seat, kind] of brains.entries()) {
      const ofKind = this.brains[kind] ?? nothing();
      this.brains[kind] = ofKind;
      for (const standing of [this.seats[seat]!, ofKind]) count(standing, seat, first);
    }
  }

  /** Turns. */
  lengthAt(part: number): number {
    return rank(Float64Array.from(this.#lengths).sort(), part);
  }
}

function count(standing: Standing, seat: Seat, first: readonly Seat[]): void {
  standing.played += 1;
  if (!first.includes(seat)) return;
  if (first.length === 1) standing.won += 1;
  else standing.shared += 1;
}

const nothing = (): Standing => ({ played: 0, won: 0, shared: 0 });
