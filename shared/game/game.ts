/**
 * The contract between a game and the server. A game is a set of rules over plain data: it never sees a
 * socket, a clock, a store or Colyseus' rooms. The server calls `step` once per tick with everything that
 * came from outside (the record). The World at tick N is a function of the World at N-1 and record N alone.
 */
import type { Schema } from "@colyseus/schema";
import type { ZodType } from "zod";
import type { Ask, AskAnswer, AskDeclaration } from "./asks.ts";
import type { Chance } from "./deterministic/chance.ts";
import type { Plain } from "./plain.ts";

export type { Plain };

/** A place in a match, counted from 0. After a leave the same number may go to another player. */
export type Seat = number;

/** Wire and journal type of one input field. Integers only: they are exact on every machine. */
export interface InputField {
  readonly type: "int8" | "uint8" | "int16" | "uint16" | "uint32";
  /** Inclusive range. A value outside of it is clamped, NaN becomes `min`. */
  readonly min: number;
  readonly max: number;
}

/**
 * One input is a flat object of integers. Invariant: it has a field `seq` (uint32) that grows with every input that
 * a client sends; an input whose `seq` is not above the last one taken from its seat is dropped. When a connection
 * begins with 0 (the client does not count) or 1 (it has just started), the server gives the seat's next numbers.
 */
export type InputShape<Input> = { readonly [Field in keyof Input]: InputField };

export type NumericInput = { seq: number };

/** A reliable, rare request of a player, already validated by the game's schema for `name`. */
export interface NamedCommand {
  readonly name: string;
  readonly payload: unknown;
}

/** The game's answer to a command. It is a function of World and record, so a replay gives the same answer. */
export type CommandAnswer =
  /** `data` is anything plain, up to `answerCharactersMax` as JSON; `tooLarge`: it was more, and is left out. */
  { ok: true; data?: Plain; tooLarge?: true } | { ok: false; reason: string };

/** The longest data of one answer, as JSON. */
export const answerCharactersMax = 4096;

/**
 * What a game tells players beside the View: something that happened. It is sent with the patch that shows its tick, and
 * again to who was away, from the last ones of their seat.
 */
export interface Told {
  /** A seat, all who watch, or everybody. Who is not there is not told. */
  readonly to: Viewer | "all";
  readonly name: string;
  /** Up to `eventCharactersMax` as JSON; a larger one reaches nobody, and counts as missed. */
  readonly payload?: Plain;
}

export const eventCharactersMax = 4096;
/** Events that are kept for a player who is away, and their length as JSON. The oldest go first. */
export const eventsKeptMax = 64;
export const eventsKeptCharactersMax = 16_384;

/** What a step gives back when it also tells or asks something. */
export interface Stepped {
  readonly answers: readonly CommandAnswer[];
  readonly told?: readonly Told[];
  /** Numbered in this order, from `nextAsk` of the record on. */
  readonly asks?: readonly Ask[];
}

/**
 * Everything that tick `tick` consumed from outside. It is applied in this order: leaves, joins, drops, returns,
 * answers, commands, inputs; each list from first to last (inputs are sorted by seat).
 */
export interface TickRecord<Input, Command extends NamedCommand = NamedCommand> {
  readonly tick: number;
  /**
   * Match time in whole milliseconds since the match was made; it never falls. In a game with ticks it follows from their
   * number, and stands still with them. In a game by events it is journaled, and passes also while the match sleeps, moves or
   * waits for a server that crashed.
   */
  readonly now: number;
  readonly leaves: readonly Seat[];
  /**
   * `userId` is who it is, as the server knows; `name` is what the player chose; `profile` is what the issuer of their
   * session vouches for, if it does.
   */
  readonly joins: readonly {
    readonly seat: Seat;
    readonly name: string;
    readonly userId: string;
    readonly profile?: Plain;
  }[];
  /** Seats whose connection broke; they are held for the grace period. */
  readonly drops: readonly Seat[];
  /** Dropped seats whose player is back. */
  readonly returns: readonly Seat[];
  readonly commands: readonly { readonly seat: Seat; readonly command: Command }[];
  /** At most `inputsPerTickMax` inputs for each seat; a seat without inputs has no entry. */
  readonly inputs: readonly { readonly seat: Seat; readonly inputs: readonly Input[] }[];
  /** What became of earlier asks. Left out: the game declares none. */
  readonly answers?: readonly AskAnswer[];
  /** The number of this step's first ask. */
  readonly nextAsk?: number;
  /**
   * Set when this tick is the match's last although its game goes on: nobody has a seat, all opponents have left a match of
   * a queue, or the server's owner closed it. What the step asks is still carried out.
   */
  readonly ends?: "empty" | "opponents-left" | "closed";
}

/** A seat may bring this many inputs into one tick, to make up for jitter; over time it gets one a tick. */
export const inputsPerTickMax = 4;

export interface Outcome {
  /** Seats from the best to the worst. Seats in one inner list share a place. */
  readonly ranking: readonly (readonly Seat[])[];
  readonly players: readonly {
    seat: Seat;
    name: string;
    numbers: Readonly<Record<string, number>>;
    /** True for a bot of the game; absent for a real player. */
    bot?: boolean;
  }[];
  readonly reason: string;
  /**
   * Players who gave up their seat before the end and did not come back, in the order in which they left. The server adds it to
   * the outcome of a match of a queue, in whose ratings they rank behind everybody who stayed.
   */
  readonly left?: readonly { readonly seat: Seat; readonly name: string }[];
}

/**
 * What a client may see. It is declared apart from the World on purpose: the World holds secrets.
 * Invariant: `read(view)` after `write(view, world)` equals `of(world)`, on the server and on a client.
 */
export interface GameView<World, View extends Schema> {
  /** An empty view. Its collections are created here, once, and never replaced. */
  create(): View;
  /** Bring `view` up to `world` with the fewest changes. */
  write(view: View, world: World): void;
  /** The plain, quantised content of a view, as a client decodes it. It must not throw on a half-filled view. */
  read(view: View): Plain;
  /** The same content straight from a World. */
  of(world: World): Plain;
  /** What a viewer sees beside it; left out: all see the same. */
  readonly own?: OwnView<World>;
  /** Many things, of which each viewer sees some; left out: all see everything. */
  readonly sight?: SightView<World>;
}

/** A viewer: the player of a seat, or a spectator. */
export type Viewer = Seat | "spectator";

/**
 * What only one viewer may see: a hand of cards, a role, what is in sight. A client finds it under one field of the
 * View's root, which has the type that `create` makes; the server fills that field, `GameView.write` never touches it.
 * Nothing of it is sent to anybody else, at any time. Spectators all see the same.
 * Invariant: `read(own)` after `write(own, world, viewer)` equals `of(world, viewer)`, on the server and on a client.
 */
export interface OwnView<World, Own extends Schema = Schema> {
  /** Name of the field in the View's root. */
  readonly field: string;
  /** An empty one. Its collections are created here, once, and never replaced; every call makes the same. */
  create(): Own;
  /** Bring `own` up to what `viewer` may see of `world`, with the fewest changes. */
  write(own: Own, world: World, viewer: Viewer): void;
  /** The plain content, as decoded by a client. Total, also on a half-filled one. */
  read(own: Own): Plain;
  /** The same content straight from a World. */
  of(world: World, viewer: Viewer): Plain;
}

/**
 * Things in a map of which each viewer sees some: what is near, what their side has found. Each is encoded once in a
 * patch, however many see it, and what a viewer does not see is in no byte that they are sent. A client finds a map of what
 * it sees in one field of the View's root; the server fills it, `GameView.write` never touches it.
 * Invariant: a client's map has exactly the ids of `sees`, and `read(thing)` of each equals `of(world, id)`.
 */
export interface SightView<World, Thing extends Schema = Schema, Prepared = unknown> {
  /** Name of the field in the View's root: a map of what `create` makes. */
  readonly field: string;
  /** An empty thing. */
  create(): Thing;
  /** Bring `thing` up to the one of this id, with the fewest changes. Only asked for what somebody sees. */
  write(thing: Thing, world: World, id: string): void;
  /** The plain content, as decoded by a client. Total, also on a half-filled one. */
  read(thing: Thing): Plain;
  /** The same content straight from a World. */
  of(world: World, id: string): Plain;
  /** Whether a thing never changes while its id is there: then it is written when it comes into sight, and not again. */
  constant?(id: string): boolean;
  /** What `sees` needs to be fast, made once for all viewers: a grid of the area, for example. */
  prepare?(world: World): Prepared;
  /** Ids of all that `viewer` sees, each once. */
  sees(world: World, viewer: Viewer, prepared: Prepared): Iterable<string>;
}

/** What a bot knows, as plain data: no more than a player in its seat is shown. */
export interface BotSight {
  readonly seat: Seat;
  /** What everybody sees. */
  readonly view: Plain;
  /** What it alone sees; null when the game shows nobody anything of their own. */
  readonly own: Plain;
  /** What is in its sight, by id. */
  readonly inSight: { readonly [id: string]: Plain };
  readonly chance: Chance;
}

export interface BotMove<Command extends NamedCommand = NamedCommand> {
  /** Fields that are left out are the least that they may be. Nothing: no input this time. */
  readonly input?: Readonly<Record<string, number | boolean>>;
  /** It is not sent while the last one is unanswered. */
  readonly command?: Command;
}

export interface Game<
  World extends object,
  Input extends NumericInput,
  Command extends NamedCommand = NamedCommand,
  View extends Schema = Schema,
> {
  readonly name: string;
  /** Version of the World's shape and of the rules: raise it with every change of either. */
  readonly version: number;
  /**
   * "events": the match steps when something arrives for it, or when `wakeAt` is due, and at most `tickRate` times a second.
   * Left out: it steps `tickRate` times a second.
   */
  readonly rate?: "events";
  /**
   * Set for what a durable room of Colyseus is to the server, by the server alone: its World is written by the room, so there
   * are no rules whose World a journal could prove.
   */
  readonly isRoom?: true;
  /** Ticks per second. */
  readonly tickRate: number;
  /** Patches per second, at most `tickRate`. In a game by events every step has its patch. */
  readonly patchRate: number;
  /** Match time (`TickRecord.now`) at which a game by events steps although nothing arrives; undefined, null: never. */
  wakeAt?(world: World): number | null | undefined;
  /**
   * What becomes of a match in which nobody has a seat, or, if it may sleep, nobody is connected. "end", the default: it ends
   * after `--empty-seconds`. "sleep": the store alone has it until somebody comes or `wakeAt` is due; it never ends for being
   * empty. "play on": it runs until its own rules end it.
   */
  readonly whenEmpty?: "end" | "sleep" | "play on";
  /**
   * How long the seat of a player who is away is held, in seconds, or as long as the match lasts. Left out: "match" for a game
   * that sleeps when empty, and `--seat-grace-seconds` for any other.
   */
  readonly seatGrace?: number | "match";
  readonly seats: { readonly min: number; readonly max: number };
  readonly input: InputShape<Input>;
  /** One schema per command name; it validates the payload. */
  readonly commands: { readonly [Name in Command["name"]]: ZodType };
  /** What a step may ask of the server part, by name; each has a handler there. Left out: nothing. */
  readonly asks?: { readonly [name: string]: AskDeclaration };
  /** Validates the options of a new match; `create` gets its parsed output. */
  readonly options: ZodType;
  /**
   * Validates what only the server's side may set of a match, in the declaration of a queue. A match that a client makes
   * has the output for `{}`. Left out: there is no such thing.
   */
  readonly serverOptions?: ZodType;
  readonly view: GameView<World, View>;
  /**
   * Turns a queue's options into those of a match that matchmaking makes. Side t has the seats from t × teamSize on;
   * bots play in the seats of `bots` until a player takes their place. Without this function a queue's options are
   * used as they are, and the queue cannot fill matches up with bots.
   */
  queueOptions?(
    options: unknown,
    lineUp: { readonly teamSize: number; readonly bots: readonly Seat[] },
  ): unknown;
  /**
   * The World before its first tick.
   * @param seed uint32, chosen by the server and kept with the match
   * @param serverOptions the output of the schema of that name
   */
  create(seed: number, options: unknown, serverOptions?: unknown): World;
  /**
   * Makes a World of this version from one of any older version, so that running matches survive a rolling upgrade.
   * Pure, like `step`; it may change `world` in place. Without it, this server opens no matches of older versions.
   */
  migrate?(world: unknown, fromVersion: number): World;
  /** The only thing that changes a World, in place. Returns one answer per command, in order. */
  step(world: World, record: TickRecord<Input, Command>): readonly CommandAnswer[] | Stepped;
  /** The result once the match is over, undefined before. The match then ends. */
  outcome(world: World): Outcome | undefined;
  /**
   * Spectators see everything that many seconds of the match later, so that nobody plays by what a spectator tells them.
   * Left out: as players do.
   */
  readonly spectators?: { readonly delaySeconds: number };
  /**
   * What a bot does next: asked at every tick, of bots and chaos, never of a server. It is a function of what it is
   * given. Without it, bots send whatever `input` and `commands` allow, at random.
   */
  brain?(sight: BotSight): BotMove<Command>;
}

/** Any game, as in the server's list of games. */
// biome-ignore lint/suspicious/noExplicitAny: a list of games of different Worlds has no common type but this
export type AnyGame = Game<any, any, any, any>;
