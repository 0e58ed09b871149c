/**
 * The contract between a game and the server. A game is a set of rules over plain data: it never sees a
 * socket, a clock, a store or Colyseus' rooms. The server calls `step` once per tick with everything that
 * came from outside (the record); World at tick N is a function of World at N-1 and record N, nothing else.
 */
import type { Schema } from "@colyseus/schema";
import type { ZodType } from "zod";

/** A place in a match, counted from 0. The same number may be given to another player after a leave. */
export type Seat = number;

/** Wire and journal type of one input field. Integers only: they are exact on every machine. */
export interface InputField {
  readonly type: "int8" | "uint8" | "int16" | "uint16" | "uint32";
  /** Inclusive range; what a client sends outside of it is clamped, NaN becomes `min`. */
  readonly min: number;
  readonly max: number;
}

/**
 * One input is a flat object of integers. Invariant: it has a field `seq` (uint32) that grows with every
 * input a client sends; an input whose `seq` is not above the last one taken from its seat is dropped. To a client
 * that begins a connection with 0 (it gives none) or 1 (it has just started) the server gives the seat's next numbers.
 */
export type InputShape<Input> = { readonly [Field in keyof Input]: InputField };

export type NumericInput = { seq: number };

/** A reliable, rare request of a player, already validated by the game's schema for `name`. */
export interface NamedCommand {
  readonly name: string;
  readonly payload: unknown;
}

/** What the game says to a command. It is a function of World and record, so a replay says the same. */
export type CommandAnswer = { ok: true } | { ok: false; reason: string };

/**
 * Everything that tick `tick` consumed from outside. Applied in this order: leaves, joins, drops, returns,
 * commands, inputs. Within each list the order is the order of the list (ascending seat for inputs).
 */
export interface TickRecord<Input, Command extends NamedCommand = NamedCommand> {
  readonly tick: number;
  readonly leaves: readonly Seat[];
  readonly joins: readonly { readonly seat: Seat; readonly name: string }[];
  /** The seat's connection broke; it is held for the grace period. */
  readonly drops: readonly Seat[];
  /** A dropped seat's player is back. */
  readonly returns: readonly Seat[];
  readonly commands: readonly { readonly seat: Seat; readonly command: Command }[];
  /** At most `inputsPerTickMax` inputs a seat; a seat without inputs has no entry. */
  readonly inputs: readonly { readonly seat: Seat; readonly inputs: readonly Input[] }[];
}

/** A seat may bring this many inputs into one tick, to make up for jitter; over time it gets one a tick. */
export const inputsPerTickMax = 4;

export interface Outcome {
  /** Seats from first to last. Seats in one inner list share the place. */
  readonly ranking: readonly (readonly Seat[])[];
  readonly players: readonly {
    seat: Seat;
    name: string;
    numbers: Readonly<Record<string, number>>;
    /** True for one that the game played itself; absent for a real player. */
    bot?: boolean;
  }[];
  readonly reason: string;
}

/** JSON-like value; what a View reads as when it is compared or hashed. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * What a client may see. Declared apart from the World on purpose: the World holds secrets.
 * Invariant: `read(view)` after `write(view, world)` equals `of(world)`, on the server and on a client.
 */
export interface GameView<World, View extends Schema> {
  /** An empty view. Its collections are created here, once, and never replaced. */
  create(): View;
  /** Bring `view` up to `world` with the fewest changes. */
  write(view: View, world: World): void;
  /** The plain, quantised content of a view, as decoded by a client. Total, also on a half-filled view. */
  read(view: View): Plain;
  /** The same content straight from a World. */
  of(world: World): Plain;
}

export interface Game<
  World extends object,
  Input extends NumericInput,
  Command extends NamedCommand = NamedCommand,
  View extends Schema = Schema,
> {
  readonly name: string;
  /** Of the World's shape and of the rules: raise it with every change of either. */
  readonly version: number;
  /** Ticks per second. */
  readonly tickRate: number;
  /** Patches per second, at most `tickRate`. */
  readonly patchRate: number;
  readonly seats: { readonly min: number; readonly max: number };
  readonly input: InputShape<Input>;
  /** One schema per command name; it validates the payload. */
  readonly commands: { readonly [Name in Command["name"]]: ZodType };
  /** Validates the options of a new match; its parsed output is what `create` gets. */
  readonly options: ZodType;
  readonly view: GameView<World, View>;
  /**
   * Options of a match that matchmaking makes, from those of its queue. Side t has the seats from t × teamSize on;
   * in the seats of `bots` bots play until a player takes their place. Without it a queue's options stay as they are,
   * and it cannot fill up with bots.
   */
  queueOptions?(
    options: unknown,
    lineUp: { readonly teamSize: number; readonly bots: readonly Seat[] },
  ): unknown;
  /**
   * The World before its first tick.
   * @param seed uint32, chosen by the server and kept with the match
   */
  create(seed: number, options: unknown): World;
  /**
   * Makes a World of this version from one of any older version: so running matches go over to a new version in a
   * roll. Pure, like `step`; it may change `world` in place. Without it, matches of older versions stay closed here.
   */
  migrate?(world: unknown, fromVersion: number): World;
  /** The only thing that changes a World, in place. Returns one answer per command, in order. */
  step(world: World, record: TickRecord<Input, Command>): readonly CommandAnswer[];
  /** Defined once the match is over; the match then ends. */
  outcome(world: World): Outcome | undefined;
}

/** Any game, as the server keeps it in its list. */
// biome-ignore lint/suspicious/noExplicitAny: a list of games of different Worlds has no common type but this
export type AnyGame = Game<any, any, any, any>;
