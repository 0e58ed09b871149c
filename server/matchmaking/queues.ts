/**
 * The queues as an operator declares them, checked once at the start: what a match of each looks like, and how long
 * tickets wait. Owns the shape, units and defaults of the rules; knows neither tickets' states nor matches.
 */
import { z } from "zod";
import { rolesOf } from "./engine/roles.ts";
import type { WaitingTicket } from "./engine/ticket.ts";

const queuesMax = 64;
/** Each takes one bit in the engine. */
const regionsMax = 31;
const rolesMax = 31;
const modesMax = 32;
const sidesMax = 64;
const teamSizeMax = 64;
/** Seats of one match. */
const seatsMax = 128;
const hourSeconds = 3600;

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "must be like `arena-duel`: a-z, 0-9 and -");
const seconds = z.number().min(0).max(hourSeconds);
const growth = (unit: { max: number; growPerSecondMax: number }) => ({
  start: z.number().min(0).max(unit.max),
  growPerSecond: z.number().min(0).max(unit.growPerSecondMax),
  max: z.number().min(0).max(unit.max),
});

const ratingWindow = z.strictObject(growth({ max: 1000, growPerSecondMax: 1000 }));
const unfairness = z.strictObject(growth({ max: 1, growPerSecondMax: 1 }));
const latencyMs = z.strictObject({
  ...growth({ max: 10_000, growPerSecondMax: 10_000 }),
  growAfterSeconds: seconds,
});

const queueRules = z
  .strictObject({
    name,
    /** Its matches are of this game … */
    game: z.string().min(1).optional(),
    /** … or each is a durable room of this kind. */
    room: z.string().min(1).optional(),
    /** Sides of a match. A free-for-all is one side of many seats, or many sides of one seat. */
    teams: z.int().min(1).max(sidesMax),
    teamSize: z.int().min(1).max(teamSizeMax),
    /** The fewest players in a match that bots fill up. */
    playersMin: z.int().min(1).default(1),
    modes: z.array(name).min(1).max(modesMax).optional(),
    regions: z.array(name).min(1).max(regionsMax),
    /** Region to an address of a server there: clients measure how far they are. */
    regionUrls: z.record(name, z.url({ protocol: /^https?$/ })).optional(),
    /** In units of mu, up and down from a ticket's mean. */
    ratingWindow: ratingWindow.default({ start: 20, growPerSecond: 1, max: 40 }),
    /** How far the favourite may be above an equal chance: 0.1 is 60 : 40 with two sides. */
    unfairness: unfairness.default({ start: 0.01, growPerSecond: 0.0007, max: 0.4 }),
    latencyMs: latencyMs.default({ start: 80, growPerSecond: 4, growAfterSeconds: 15, max: 250 }),
    /** Left out: matches are never filled with bots. */
    botsAfterSeconds: seconds.optional(),
    /** From this time on all limits are at their `max`, and a match is built around the ticket, oldest first. */
    starvationSeconds: seconds.default(180),
    /** Role to its seats in every team; they add up to `teamSize`. */
    roles: z.record(name, z.int().min(1).max(teamSizeMax)).optional(),
    /** Options of its matches; the game defines what they mean. */
    options: z.record(z.string(), z.unknown()).default({}),
    /** What only a queue may set of a match, by the game's `serverOptions`. */
    serverOptions: z.record(z.string(), z.unknown()).optional(),
    /** How long a player with a seat is waited for; then they count as missing. */
    arriveSeconds: z.number().min(1).max(120).default(20),
    /**
     * What happens to a match with missing players: `call-off`, it does not count and the others return to the queue;
     * `play-on` without them, if at least two are there. Left out: `play-on` where their seats can be filled or
     * everybody plays alone, otherwise `call-off`.
     */
    whenMissing: z.enum(["call-off", "play-on"]).optional(),
    /** Whether its players may also wait in other queues, or be in a match. */
    alongside: z.boolean().default(false),
    /** Whether its running matches request players for free seats, and for seats of bots. */
    backfill: z.boolean().default(false),
    /** Left out: a whole team. */
    partySizeMax: z.int().min(1).optional(),
  })
  .superRefine(({ teams, teamSize, ...rules }, context) => {
    const problem = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    const seats = teams * teamSize;
    if ((rules.game === undefined) === (rules.room === undefined))
      problem("game", "either `game` or `room` says what its matches are");
    if (seats < 2) problem("teamSize", "a match needs at least two seats");
    if (seats > seatsMax) problem("teamSize", `teams × teamSize is ${seats}, at most ${seatsMax}`);
    if (rules.playersMin > seats) problem("playersMin", `is more than the ${seats} seats of a match`);
    if ((rules.partySizeMax ?? 1) > teamSize) problem("partySizeMax", `is more than a team of ${teamSize}`);
    for (const key of ["ratingWindow", "unfairness", "latencyMs"] as const)
      if (rules[key].max < rules[key].start) problem(key, "max is below start");
    for (const key of ["regions", "modes"] as const)
      if (new Set(rules[key]).size < (rules[key]?.length ?? 0)) problem(key, "names one twice");
    for (const region of Object.keys(rules.regionUrls ?? {}))
      if (!rules.regions.includes(region)) problem("regionUrls", `${region} is none of its regions`);
    if (Object.keys(rules.roles ?? {}).length > rolesMax) problem("roles", `are more than ${rolesMax}`);
    const inRoles = Object.values(rules.roles ?? {}).reduce((sum, count) => sum + count, 0);
    if (rules.roles && inRoles !== teamSize)
      problem("roles", `add up to ${inRoles}, a team has ${teamSize} seats`);
  })
  .transform(({ game, room, ...rules }) => ({
    ...rules,
    /** The name of its game, or of its kind of rooms. */
    game: (game ?? room)!,
    isRoom: room !== undefined,
    partySizeMax: rules.partySizeMax ?? rules.teamSize,
    whenMissing: rules.whenMissing ?? (isFilledUp(rules) ? "play-on" : "call-off"),
  }));

/** Whether a match remains the same without a missing player: their seat is filled, or was one of several sides. */
function isFilledUp(rules: { backfill: boolean; teams: number; teamSize: number }): boolean {
  const { backfill, teams, teamSize } = rules;
  return backfill || teams === 1 || (teamSize === 1 && teams > 2);
}

export type QueueRules = Readonly<z.output<typeof queueRules>>;

/** A limit that widens with waiting, per second, up to `max`. */
export interface Growth {
  readonly start: number;
  readonly growPerSecond: number;
  readonly max: number;
}

export type QueuesResult = { ok: true; queues: QueueRules[] } | { ok: false; message: string };

/**
 * @param declared a list of queues, as read from the configuration
 * @param games names of the games that this server runs
 * @param rooms names of its kinds of durable rooms
 */
export function readQueues(
  declared: unknown,
  games: readonly string[],
  rooms: readonly string[] = [],
): QueuesResult {
  const parsed = z.array(queueRules).max(queuesMax).safeParse(declared);
  if (!parsed.success) return { ok: false, message: parsed.error.issues.map(issueText).join("\n") };
  const queues = parsed.data;
  const problems = queues.flatMap((queue, at) => {
    const text = (problem: string) => `queues[${at}] (${queue.name}): ${problem}`;
    return [
      ...unknownKind(queue, games, rooms).map(text),
      ...(queues.findIndex((each) => each.name === queue.name) === at
        ? []
        : [text("an earlier queue has this name")]),
    ];
  });
  return problems.length > 0 ? { ok: false, message: problems.join("\n") } : { ok: true, queues };
}

function unknownKind(
  { game, isRoom }: Pick<QueueRules, "game" | "isRoom">,
  games: readonly string[],
  rooms: readonly string[],
): readonly string[] {
  const [known, others] = isRoom ? [rooms, games] : [games, rooms];
  if (known.includes(game)) return [];
  if (others.includes(game))
    return [isRoom ? `"${game}" is a game: write \`game\`` : `"${game}" is a room: write \`room\``];
  const only = known.length === 0 ? "" : `, only ${known.join(", ")}`;
  if (!isRoom) return [`there is no game "${game}"${only}`];
  return [`there is no durable room "${game}"${only}; a room that dies with its process has no queue`];
}

function issueText({ path, message }: z.core.$ZodIssue): string {
  const where = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return `queues${where}: ${message}`;
}

/** Why a ticket could wait in this queue forever, as a text for its caller; undefined when it could not. */
export function ticketRefusal(rules: QueueRules, ticket: WaitingTicket): string | undefined {
  const { players, mode, latencyMs } = ticket;
  if (players.length < 1 || players.length > rules.partySizeMax)
    return `a party of ${players.length}; this queue takes 1 to ${rules.partySizeMax}`;
  if (mode !== undefined && !rules.modes?.includes(mode))
    return `there is no mode "${mode}" in this queue${rules.modes ? `, only ${rules.modes.join(", ")}` : ""}`;
  const regions = Object.keys(latencyMs);
  if (regions.length > 0 && !rules.regions.some((region) => regions.includes(region)))
    return `no round trip to a region of this queue, which are ${rules.regions.join(", ")}`;
  const known = rules.roles ?? {};
  const unknown = players.flatMap(({ roles = [] }) => roles).find((role) => !Object.hasOwn(known, role));
  if (unknown !== undefined)
    return `there is no role "${unknown}" in this queue, ${rules.roles ? `only ${Object.keys(known).join(", ")}` : "which has no roles"}`;
  if (!rules.roles) return undefined;
  return rolesOf(players, known)
    ? undefined
    : "the party's members cannot all get a role that they are willing to play";
}
