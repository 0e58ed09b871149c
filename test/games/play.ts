/**
 * A match in a test's hand: one call per tick, with only what matters in it. Everything goes through `step`;
 * a test that needs a rare situation may also set the World up directly.
 */
import type { CommandAnswer } from "../../shared/game/game.ts";
import type { ArenaCommand } from "../../shared/games/arena/command.ts";
import { arena } from "../../shared/games/arena/game.ts";
import { type ArenaInput, fireButton } from "../../shared/games/arena/input.ts";
import type { ArenaRecord } from "../../shared/games/arena/step.ts";
import { type ArenaOptions, type ArenaWorld, type Player, playerAt } from "../../shared/games/arena/world.ts";
import { emptyRecord } from "./scripted-match.ts";

export interface Play {
  readonly world: ArenaWorld;
  /** One tick. */
  tick(part?: Partial<ArenaRecord>): readonly CommandAnswer[];
  /** So many ticks, the same in each. */
  ticks(count: number, part?: () => Partial<ArenaRecord>): void;
  command(seat: number, command: ArenaCommand): CommandAnswer;
  player(seat: number): Player;
}

export interface PlayOptions extends Partial<ArenaOptions> {
  /** Seats of real players, from 0 on. */
  readonly seats?: number;
  /** Whether players who come to life are safe at first, as in a real match. Default: they are not. */
  readonly spawnSafe?: boolean;
}

export function play(options: PlayOptions = {}): Play {
  const { seats = 0, spawnSafe = false, ...rest } = options;
  const world = arena.create(1, rest);
  if (!spawnSafe) world.spawnSafeTicks = 0;
  const tick: Play["tick"] = (part) => arena.step(world, { ...emptyRecord(world.tick + 1), ...part });
  if (seats > 0) tick({ joins: joinsOf(...Array.from({ length: seats }, (_, seat) => seat)) });
  return {
    world,
    tick,
    ticks: (count, part) => {
      for (let n = 0; n < count; n++) tick(part?.());
    },
    command: (seat, command) => tick({ commands: [{ seat, command }] })[0]!,
    player: (seat) => playerAt(world, seat) ?? expectPlayer(seat),
  };
}

export function joinsOf(...seats: number[]): ArenaRecord["joins"] {
  return seats.map((seat) => ({ seat, name: `player ${seat}` }));
}

/** A record part with one input list of one seat. */
export function inputsOf(seat: number, ...inputs: Partial<ArenaInput>[]): Pick<ArenaRecord, "inputs"> {
  return { inputs: [{ seat, inputs: inputs.map((input) => ({ ...still, ...input })) }] };
}

export function firing(seat: number, aim: number): Pick<ArenaRecord, "inputs"> {
  return inputsOf(seat, { aim, buttons: fireButton });
}

/** Puts two players face to face in the open, the first to the left, aim 0 hits. */
export function faceToFace(game: Play, distance = 200): void {
  place(game.player(0), 400, 560);
  place(game.player(1), 400 + distance, 560);
}

export function place(player: Player, x: number, y: number): void {
  Object.assign(player, { x, y, vx: 0, vy: 0 });
}

const still: ArenaInput = { seq: 0, moveX: 0, moveY: 0, aim: 0, buttons: 0, seen: 0 };

function expectPlayer(seat: number): never {
  throw new Error(`nobody has seat ${seat}`);
}
