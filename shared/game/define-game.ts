/**
 * What the author of a game writes: rules over plain data, a View that is declared once, and what `see` shows of a
 * World. `defineGame` makes of it the `Game` that a server runs. All types follow from the declarations. It adds one
 * thing to the World, `random`, the state of `chance`: so what chance gives survives a crash like everything else.
 */
import type { Schema } from "@colyseus/schema";
import type { ZodType, z } from "zod";
import type { AskAnswer, AskDeclaration } from "./asks.ts";
import { type AskTick, askCollector, type CheckedAsks, type TickAnswer } from "./declared-asks.ts";
import { assertDefinition } from "./definition-problem.ts";
import { Chance } from "./deterministic/chance.ts";
import type { RandomState } from "./deterministic/random.ts";
import { setDefinition } from "./fingerprint.ts";
import type {
  BotMove,
  BotSight,
  CommandAnswer,
  Game,
  NamedCommand,
  Outcome,
  Plain,
  Seat,
  Stepped,
  TickRecord,
  Told,
} from "./game.ts";
import { ratesOf } from "./game-problem.ts";
import { type DeclaredInput, declaredInput, type InputFields, type InputOf } from "./input.ts";
import { type DeclaredView, declaredView } from "./view/declared-view.ts";
import type { CheckedFields, ReadOf, SeenFields, StateOf } from "./view/kind.ts";
import { declaredOwn, declaredSight, type OwnDefinition, type SightDefinition } from "./view/viewer-parts.ts";

/** Like `CheckedFields`, and for the same reason. */
type CheckedCommands<Commands> = Commands extends { readonly [name: string]: ZodType }
  ? unknown
  : "each command is the schema of its payload";
type PayloadOf<Payload> = Payload extends ZodType ? z.output<Payload> : never;

/** `World` follows from `create`, so `create` stands before `step` and `see` in the file. */
export interface GameDefinition<
  World extends object,
  Options extends ZodType,
  Inputs extends InputFields,
  Commands,
  Fields,
  Own = unknown,
  Thing = unknown,
  Prepared = unknown,
  ServerOptions extends ZodType = ZodType<undefined>,
  Asks = Record<never, never>,
> {
  /** At most 32 of a-z, 0-9 and -. */
  readonly name: string;
  /** Version of the World's shape and of the rules: raise it with every change of either. */
  readonly version: number;
  /** Left out: `tickRate` steps a second. "events": a step when something arrives or `wakeAt` is due; see `Game.rate`. */
  readonly rate?: "events";
  /** Ticks per second, 1 to 128. In a game by events the most steps in a second; 20 if it is left out there. */
  readonly tickRate?: number;
  /** Patches per second, at most `tickRate`; 20 if it is left out. A game by events has one with every step. */
  readonly patchRate?: number;
  readonly seats: readonly [min: number, max: number];
  /** What becomes of a match that nobody is in: "end" (default), "sleep" or "play on"; see `Game.whenEmpty`. */
  readonly whenEmpty?: "end" | "sleep" | "play on";
  /** How long the seat of a player who is away is held, in seconds, or "match"; see `Game.seatGrace`. */
  readonly seatGrace?: number | "match";
  /** Validates the options of a new match; `create` gets its output. */
  readonly options: Options;
  /** Validates what only the server's side may set of a match; see `Game.serverOptions`. */
  readonly serverOptions?: ServerOptions;
  /** What a player sends every tick: whole numbers and `bool`. Left out: nothing. `seq` is added. */
  readonly input?: Inputs;
  /** What a player asks for now and then, reliably: the schema of each payload, by name. */
  readonly commands?: Commands & CheckedCommands<Commands>;
  /** What a step may ask of the server part, such as a database: payload and answer, by name. */
  readonly asks?: Asks & CheckedAsks<Asks>;
  /** What all clients may see. */
  readonly view: Fields & CheckedFields<Fields>;
  /** What only one viewer may see: a client finds its own in `own` of the state. */
  readonly own?: OwnDefinition<NoInfer<World>, Own>;
  /** Things of which each viewer sees some: a client finds those in the map `inSight` of the state. */
  readonly sight?: SightDefinition<NoInfer<World>, Thing, Prepared>;
  /** Spectators see everything later; see `Game.spectators`. */
  readonly spectators?: { readonly delaySeconds: number };
  /** The World before its first tick. */
  create(options: z.output<Options>, chance: Chance, serverOptions: z.output<ServerOptions>): World;
  /** The only thing that changes a World, in place. It reads nothing but its two arguments. */
  step(world: World, tick: Tick<Inputs, Commands, Asks>): void;
  /** Everything that is shown of a World. Fields that are not declared are not shown. */
  see(world: World): SeenFields<Fields>;
  /** When a game by events steps although nothing arrives, in match time (`tick.now`). Left out, undefined or null: never. */
  wakeAt?(world: World): number | null | undefined;
  /** Defined once the match is over. Left out: a match never ends by its own rules. */
  outcome?(world: World): Outcome | undefined;
  /** Makes a World of this version from one of any older version; see `Game.migrate`. */
  migrate?(world: unknown, fromVersion: number): NoInfer<World>;
  /** Turns a queue's options into those of its matches; see `Game.queueOptions`. */
  queueOptions?(
    options: z.input<Options>,
    lineUp: { readonly teamSize: number; readonly bots: readonly Seat[] },
  ): unknown;
  /** What a bot does next, from what its player would see; see `Game.brain`. */
  brain?(
    sight: GameSight<NoInfer<Fields>, NoInfer<Own>, NoInfer<Thing>>,
  ): BotMove<CommandOf<NoInfer<Commands>>>;
}

/** With the types of what is declared. */
export interface GameSight<Fields, Own, Thing> extends BotSight {
  readonly view: ReadOf<Fields> & BotSight["view"];
  readonly own: ReadOf<Own> & BotSight["own"];
  readonly inSight: { readonly [id: string]: ReadOf<Thing> & BotSight["own"] };
}

/** What came from outside since the last tick. Apply it in the order in which it stands here. */
export interface Tick<Inputs extends InputFields, Commands, Asks = Record<never, never>> {
  readonly tick: number;
  /** Match time in milliseconds, the only clock of a game; see `TickRecord.now`. */
  readonly now: number;
  readonly leaves: readonly Seat[];
  readonly joins: TickRecord<unknown>["joins"];
  /** Seats whose connection broke; they are held for the grace period. */
  readonly drops: readonly Seat[];
  /** Dropped seats whose player is back. */
  readonly returns: readonly Seat[];
  /** What became of earlier asks. */
  readonly answers: readonly TickAnswer<Asks>[];
  readonly commands: readonly TickCommand<Commands>[];
  /** At most four for each seat, one a tick over time; a seat without inputs has no entry. */
  readonly inputs: readonly { readonly seat: Seat; readonly inputs: readonly InputOf<Inputs>[] }[];
  readonly chance: Chance;
  /** Tells a seat, all who watch or everybody something that happened; see `Told`. */
  tell(to: Told["to"], name: string, payload?: Plain): void;
  /** Set when this tick is the match's last although its game goes on; see `TickRecord.ends`. */
  readonly ends: TickRecord<unknown>["ends"];
  readonly ask: AskTick<Asks>;
}

export type TickCommand<Commands> = {
  [Name in keyof Commands & string]: {
    readonly seat: Seat;
    readonly name: Name;
    readonly payload: PayloadOf<Commands[Name]>;
    /** True, with data if there are any, or why not. The first answer counts; without one it is true. */
    answer(given: true | string, data?: Plain): void;
  };
}[keyof Commands & string];

type CommandOf<Commands> = {
  [Name in keyof Commands & string]: { readonly name: Name; readonly payload: PayloadOf<Commands[Name]> };
}[keyof Commands & string];

export interface DefinedGame<
  World extends object,
  Inputs extends InputFields,
  Commands,
  Fields,
  Asks = Record<never, never>,
> extends Game<World, DeclaredInput<Inputs>, CommandOf<Commands>, StateOf<Fields> & Schema> {
  readonly view: DeclaredView<World, Fields>;
  readonly asks?: Asks extends { readonly [name: string]: AskDeclaration } ? Asks : never;
}

/** @throws TypeError when a part is none, or the View or the input cannot be declared like this, with game and field */
export function defineGame<
  World extends object,
  Options extends ZodType,
  Fields,
  const Inputs extends InputFields = Record<never, never>,
  Commands = Record<never, never>,
  Own = unknown,
  Thing = unknown,
  Prepared = unknown,
  ServerOptions extends ZodType = ZodType<undefined>,
  Asks = Record<never, never>,
>(
  definition: GameDefinition<
    World,
    Options,
    Inputs,
    Commands,
    Fields,
    Own,
    Thing,
    Prepared,
    ServerOptions,
    Asks
  >,
): DefinedGame<World, Inputs, Commands, Fields, Asks> {
  assertDefinition(definition);
  const { name, version, seats, options, serverOptions, commands, migrate, queueOptions } = definition;
  const { rate, tickRate, patchRate } = ratesOf(definition);
  const [min, max] = Array.isArray(seats) ? seats : [Number.NaN, Number.NaN]; // The check says it better.
  const input = declaredInput<Inputs>(`${name}: input`, definition.input ?? ({} as Inputs));
  const game: DefinedGame<World, Inputs, Commands, Fields, Asks> = {
    ...{ name, version, tickRate, patchRate, seats: { min, max }, options },
    ...(rate !== undefined && { rate }),
    ...(definition.whenEmpty !== undefined && { whenEmpty: definition.whenEmpty }),
    ...(definition.seatGrace !== undefined && { seatGrace: definition.seatGrace }),
    ...(definition.wakeAt && { wakeAt: (world) => definition.wakeAt!(world) }),
    input: input.shape,
    commands: (commands ?? {}) as never,
    view: declaredView(name, definition.view, (world: World) => definition.see(world), {
      ...(definition.own && { own: declaredOwn<World, Own>(name, definition.own) }),
      ...(definition.sight && { sight: declaredSight<World, Thing, Prepared>(name, definition.sight) }),
    }),
    ...(serverOptions && { serverOptions }),
    ...(definition.asks && { asks: definition.asks as never }),
    ...(definition.spectators && { spectators: definition.spectators }),
    create: (seed, given, set) => created(definition, seed, [given, set]),
    step: (world, record) => stepped(definition, world, record as never, input.toRules as never),
    outcome: (world) => definition.outcome?.(world),
    ...(migrate && { migrate: (world, from) => migrated(world, definition.migrate!(world, from)) }),
    ...(queueOptions && {
      queueOptions: (given, lineUp) => definition.queueOptions!(given as never, lineUp),
    }),
    ...(definition.brain && { brain: (sight) => definition.brain!(sight as never) }),
  };
  setDefinition(game, definition);
  return game;
}

type AnyDefinition<World extends object> = Pick<
  // biome-ignore lint/suspicious/noExplicitAny: what a definition is of makes no difference here
  GameDefinition<World, any, any, any, any, any, any, any, any, any>,
  "name" | "create" | "step"
>;

function created<World extends object>(
  definition: AnyDefinition<World>,
  seed: number,
  [options, serverOptions]: readonly [options: unknown, serverOptions: unknown],
): World {
  const state: RandomState = { random: seed >>> 0 };
  const world = definition.create(options as never, new Chance(state), serverOptions as never) as World &
    Partial<RandomState>;
  world.random ??= state.random;
  if (world.random >>> 0 !== world.random)
    throw new TypeError(
      `${definition.name}: \`random\` of the World is the state of chance, not ${world.random}`,
    );
  return world;
}

function stepped<World extends object>(
  definition: AnyDefinition<World>,
  world: World,
  record: TickRecord<never, NamedCommand>,
  toRules: (inputs: TickRecord<never>["inputs"]) => unknown,
): readonly CommandAnswer[] | Stepped {
  const answers = new Array<CommandAnswer | undefined>(record.commands.length).fill(undefined);
  const commands = record.commands.map(({ seat, command: { name, payload } }, place) => ({
    ...{ seat, name, payload },
    answer(given: true | string, data?: Plain) {
      answers[place] ??= given === true ? yesWith(data) : { ok: false, reason: given };
    },
  }));
  const { tick, now, leaves, joins, drops, returns, answers: heard = nothingHeard } = record;
  const inputs = toRules(record.inputs);
  const chance = new Chance(world as World & RandomState);
  const told: Told[] = [];
  const tell = (to: Told["to"], name: string, payload: Plain = null) => void told.push({ to, name, payload });
  const { asks, ask } = askCollector(record.nextAsk);
  const changes = { tick, now, leaves, joins, drops, returns, answers: heard, ends: record.ends };
  definition.step(world, { ...changes, commands, inputs, chance, tell, ask } as never);
  const all = answers.map((answer) => answer ?? yes);
  if (told.length + asks.length === 0) return all;
  return { answers: all, told, ...(asks.length > 0 && { asks }) };
}

const nothingHeard: readonly AskAnswer[] = [];

const yes: CommandAnswer = { ok: true };

function yesWith(data: Plain | undefined): CommandAnswer {
  return data === undefined ? yes : { ok: true, data };
}

/** Chance goes on where it was. */
function migrated<World extends object>(before: unknown, world: World): World {
  const { random = 0 } = before as Partial<RandomState>;
  (world as Partial<RandomState>).random ??= random;
  return world;
}
