/**
 * One match that bots play among themselves, in this process: the real match, its records and its rules, and no server,
 * socket or clock around it. A tick takes what its computation takes. What it plays can be restored from the bytes of its
 * journal, and compared.
 */
import { isDeepStrictEqual } from "node:util";
import { RandomBrain } from "../../../client-sim/bots/any-game/random-brain.ts";
import type { SeenParts } from "../../../client-sim/bots/any-game/seen.ts";
import type { BotBrain } from "../../../client-sim/bots/bot-brain.ts";
import { brainFor, stepsPerSecondOf } from "../../../client-sim/bots/brains.ts";
import { botName } from "../../../client-sim/bots/names.ts";
import { shownWorld } from "../../../client-sim/bots/shown-world.ts";
import type { LevelName } from "../../../client-sim/bots/skill.ts";
import { type Framed, frameRecord, readFrame } from "../../../server/durability/format.ts";
import { Match } from "../../../server/match/match.ts";
import { isByEvents } from "../../../server/match/match-time.ts";
import { recordCodec } from "../../../server/match/record.ts";
import { restoredState } from "../../../server/match/restore.ts";
import { packSnapshot } from "../../../server/match/snapshot-codec.ts";
import { newMatchState } from "../../../server/match/state.ts";
import { hashPlain } from "../../../shared/game/deterministic/hash.ts";
import { nextUint32, type RandomState } from "../../../shared/game/deterministic/random.ts";
import type { AnyGame, NumericInput, Outcome, Seat } from "../../../shared/game/game.ts";
import { cleanedInput } from "../../../testkit/cleaned-input.ts";

/** Nobody leaves, and nobody is slower than anybody else: no limit of a server applies. */
const limits = {
  ...{ emptyTicksMax: Number.POSITIVE_INFINITY, aloneTicksMax: Number.POSITIVE_INFINITY },
  ...{ seatGraceTicks: Number.POSITIVE_INFINITY, spectatorsMax: 0, commandsPendingMax: 1 },
  ...{ commandsPerSecondMax: Number.MAX_SAFE_INTEGER, commandBytesPerSecondMax: Number.MAX_SAFE_INTEGER },
};
/** The second restore begins at the newest of these. */
const snapshotEverySeconds = 20;

/** A level: the brain of the arena, playing so well. */
export type BrainKind = "brain" | "random" | LevelName;

export interface SelfMatchParts {
  readonly game: AnyGame;
  /** As the game's schema made them. */
  readonly options: unknown;
  /** Both the World and the bots begin with it. */
  readonly seed: number;
  /** By seat. */
  readonly brains: readonly BrainKind[];
  /** A match that is not over after so many turns of its bots, which are ticks if its game has any, is given up. */
  readonly turnsMax: number;
  /** Whether it is restored from its journal at its end. */
  readonly verify: boolean;
}

export interface SelfPlayed {
  /** How often its bots decided. */
  readonly turns: number;
  /** The hash of its last World. */
  readonly hash: string;
  /** undefined: it was given up. */
  readonly outcome: Outcome | undefined;
  readonly commands: number;
}

interface Player {
  readonly seat: Seat;
  readonly brain: BotBrain;
  next: NumericInput | undefined;
  seq: number;
}

/** @throws Error when a rule throws, or what the journal restores is another World */
export function playedMatch(parts: SelfMatchParts): SelfPlayed {
  const { game, turnsMax } = parts;
  let turns = 0;
  const match = newMatch(parts, () => (turns * 1000) / stepsPerSecondOf(game));
  const players = parts.brains.map((kind, seat) => seated(match, parts, { kind, seat }));
  const journal = parts.verify ? new SelfJournal(parts) : undefined;
  const codec = recordCodec<NumericInput>(game.input as never);
  const take = (sessionId: string) => {
    const { next } = players[Number(sessionId)]!;
    return next === undefined ? [] : [next];
  };
  let commands = 0;
  for (; turns < turnsMax && match.outcome === undefined; turns++) {
    const shown = match.tick === 0 ? undefined : shownWorld(game, match.state.world);
    let given = 0;
    for (const player of players) if (shown !== undefined) given += decide(match, player, shown(player.seat));
    commands += given;
    if (shown !== undefined && given === 0 && !isDue(match, players)) continue;
    const record = match.nextRecord(take, journal !== undefined && match.tick % game.tickRate === 0);
    const bytes = codec.encode(record);
    journal?.keep(match, bytes);
    // As a live match does: what is rare is applied as its journal has it.
    match.apply(record.events === undefined ? record : codec.decode(bytes));
  }
  journal?.verify(match);
  const { outcome, state } = match;
  return { turns, outcome, commands, hash: hashPlain(state.world) };
}

/** A game by events steps when something came, or its time has. */
function isDue(match: Match, players: readonly Player[]): boolean {
  if (!isByEvents(match.game)) return true;
  return match.dueAt <= match.clock || players.some(({ next }) => next !== undefined);
}

function newMatch({ game, seed, options }: SelfMatchParts, timeMs: () => number): Match {
  const state = newMatchState(game, seed, options);
  return new Match({ game, state, limits, timeMs, onInputDrop: () => {} });
}

function seated(
  match: Match,
  { game, seed }: SelfMatchParts,
  { kind, seat }: { kind: BrainKind; seat: Seat },
): Player {
  const sessionId = `${seat}`;
  const joined = match.join({
    ...{ sessionId, userId: `bot-${seat}`, name: botName(seat), token: `token-${seat}` },
    ...{ spectate: false, seat },
  });
  if (!joined.ok) throw new Error(`seat ${seat}: ${joined.reason}`);
  const random: RandomState = { random: (seed ^ Math.imul(seat + 1, 0x85ebca6b)) >>> 0 };
  nextUint32(random);
  const seen = (shown: object) => shown as SeenParts;
  const level = kind === "brain" || kind === "random" ? undefined : kind;
  const brain =
    kind === "random" ? new RandomBrain(game, { random }) : brainFor(game, { random, seen, level });
  return { seat, brain, next: undefined, seq: 0 };
}

/** @returns how many commands it gave */
function decide(match: Match, player: Player, shown: object): number {
  const { game } = match;
  // Every command is answered by the tick that it goes into, so none is waited for.
  const { input, command } = player.brain.next(shown, player.seat, false);
  player.next = input && cleanedInput(game.input as never, { ...input, seq: ++player.seq });
  if (command === undefined) return 0;
  const parsed = game.commands[command.name]?.safeParse(command.payload);
  if (!parsed?.success)
    throw new Error(
      `the brain of seat ${player.seat} gives a command that is none: ${JSON.stringify(command)}`,
    );
  void match.command(`${player.seat}`, { id: 0, name: command.name, payload: parsed.data });
  return 1;
}

/** What a store would have of the match: framed bytes, read back. */
class SelfJournal {
  readonly #parts: SelfMatchParts;
  readonly #records: Framed[] = [];
  #snapshot: Framed | undefined;

  constructor(parts: SelfMatchParts) {
    this.#parts = parts;
  }

  /** Before the record is applied. */
  keep({ tick, state, game }: Match, payload: Uint8Array): void {
    this.#records.push(readBack(frameRecord({ epoch: 1, tick: tick + 1, payload })));
    if (tick > 0 && tick % (snapshotEverySeconds * game.tickRate) === 0)
      this.#snapshot = readBack(packSnapshot({ epoch: 1, state, version: game.version }));
  }

  /** Restores it from the first tick and from the newest snapshot. @throws Error saying what differs */
  verify({ state, tick: lastTick, outcome }: Match): void {
    const { game, seed, options } = this.#parts;
    const about = { game: game.name, version: game.version, seed, options };
    for (const snapshot of [undefined, this.#snapshot]) {
      const records = this.#records.slice(snapshot?.tick ?? 0);
      const plan = { kind: "restore", records, lastTick, notes: [], ...(snapshot && { snapshot }) } as const;
      const restored = restoredState(game, about, plan);
      const from = `restored from tick ${snapshot?.tick ?? 0}, at tick ${lastTick},`;
      if (hashPlain(restored.world) !== hashPlain(state.world))
        throw new Error(`${from} it has another World`);
      if (!isDeepStrictEqual(restored.seats, state.seats)) throw new Error(`${from} it has other seats`);
      if (!isDeepStrictEqual(game.outcome(restored.world), outcome))
        throw new Error(`${from} it has another outcome`);
    }
  }
}

function readBack(bytes: Uint8Array): Framed {
  const read = readFrame(bytes);
  if (!read.ok) throw new Error(`what was written cannot be read: ${read.reason}`);
  return { ...read, payload: Uint8Array.from(read.payload) };
}
