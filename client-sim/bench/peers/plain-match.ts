/**
 * A match of the arena as a server without a journal runs it: players are in the World or not, inputs wait in a bounded
 * queue for their tick, and nothing is kept. Every peer of `bench -- peers` runs the same rules by it and shows the same
 * View; they differ in what is around it.
 */
import { Encoder } from "@colyseus/schema";
import { inputsPerTickMax, type Seat } from "../../../shared/game/game.ts";
import type { ArenaInput } from "../../../shared/games/arena/input.ts";
import { arenaView } from "../../../shared/games/arena/view.ts";
import type { ArenaView } from "../../../shared/games/arena/view-schema.ts";
import type { ArenaWorld } from "../../../shared/games/arena/world.ts";
import { wideArena } from "./wide-arena.ts";

export const { tickRate, patchRate } = wideArena;
/** As at a server of ours: of more, the oldest go. */
const inputsWaitingMax = 16;
/** As the light clients ask for it (light-client.ts). */
const endless = { durationSeconds: 3600, scoreLimit: 1000 };

interface PeerPlayer {
  readonly seat: Seat;
  waiting: ArenaInput[];
  /** `seq` of the last input that was applied. */
  applied: number;
}

/** Takes at most `max` waiting inputs of a seat, oldest first. */
export type TakePeerInputs = (seat: Seat, max: number) => readonly ArenaInput[];

export class PlainMatch {
  readonly view: ArenaView = arenaView.create();
  readonly #world: ArenaWorld = wideArena.create(7, wideArena.options.parse(endless));
  readonly #players = new Map<Seat, PeerPlayer>();
  #joins: Seat[] = [];
  #leaves: Seat[] = [];
  #tick = 0;

  join(): PeerPlayer {
    let seat = 0;
    while (this.#players.has(seat) || this.#leaves.includes(seat)) seat += 1;
    const player: PeerPlayer = { seat, waiting: [], applied: 0 };
    this.#players.set(seat, player);
    this.#joins.push(seat);
    return player;
  }

  leave({ seat }: PeerPlayer): void {
    this.#players.delete(seat);
    this.#leaves.push(seat);
  }

  /** @param take default: what `input` brought */
  step(take: TakePeerInputs = (seat, max) => this.#players.get(seat)!.waiting.splice(0, max)): void {
    const inputs: { seat: Seat; inputs: readonly ArenaInput[] }[] = [];
    for (const player of this.#players.values()) {
      const taken = take(player.seat, inputsPerTickMax);
      if (taken.length === 0) continue;
      player.applied = taken.at(-1)!.seq;
      inputs.push({ seat: player.seat, inputs: taken });
    }
    this.#tick += 1;
    wideArena.step(this.#world, {
      ...{ tick: this.#tick, inputs, leaves: this.#leaves, drops: [], returns: [], commands: [] },
      joins: this.#joins.map((seat) => ({ seat, name: `player ${seat}` })),
    });
    this.#joins = [];
    this.#leaves = [];
  }

  /** Brings the View up to the World. */
  show(): void {
    arenaView.write(this.view, this.#world);
  }
}

/** Lets one more input wait; of too many, the oldest go. */
export function letWait({ waiting }: PeerPlayer, input: ArenaInput): void {
  waiting.push(input);
  if (waiting.length > inputsWaitingMax) waiting.shift();
}

export type { PeerPlayer };

/** The bytes of a View for peers that send them by themselves. */
export class ViewBytes {
  readonly #encoder: Encoder;

  constructor(match: PlainMatch) {
    this.#encoder = new Encoder(match.view);
  }

  full(): Uint8Array {
    return this.#encoder.encodeAll();
  }

  /** What changed since the last call; valid until the next one. */
  patch(): Uint8Array {
    const bytes = this.#encoder.encode();
    this.#encoder.discardChanges();
    return bytes;
  }
}
