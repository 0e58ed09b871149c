/**
 * One user: calls the instances of the API in random order, again when a kill broke the request, and plays the
 * matches, each time as another kind of player. It records everything that it sees and judges nothing.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type ApiAccess, ApiError, ask } from "../../../shared/client/api.ts";
import { joinMatch, type MatchConnection } from "../../../shared/client/follow-match.ts";
import { cancelTicket, createTicket, nextTicket } from "../../../shared/client/tickets.ts";
import { nextBelow, type RandomState } from "../../../shared/game/deterministic/random.ts";
import type { AnyGame, Seat } from "../../../shared/game/game.ts";
import { arena } from "../../../shared/games/arena/game.ts";
import type { ArenaView } from "../../../shared/games/arena/view-schema.ts";
import type { TicketInfo, TicketRequest } from "../../../shared/wire/tickets.ts";
import { brainFor } from "../../bots/brains.ts";
import type { InputTimer } from "../../bots/input-timer.ts";
import type { AssignedInfo } from "./false-answers.ts";
import { type AssignmentVisit, type Evidence, hasEnded } from "./history.ts";

/** All instances may be dead at once; then it retries until one is back. */
const insistMsMax = 30_000;
const insistEveryMs = 100;
const waitSeconds = 10;
/** From the join to the end of a match of 10 s, however busy the machine. */
const visitMsMax = 45_000;
/** How long a match of another game lasts is not known: they leave it after this long, as anybody may. */
const otherVisitMsMax = 20_000;
/** A seat is held for 15 s; a player who hears of it later than this may find it gone. */
const inTimeMsMax = 10_000;
/** One in this many creations is sent to two instances at the same moment. */
const askTwiceEvery = 3;
/**
 * Deserters leave the arena before this tick of the match, so that it is clear that they were not there at the end. Any other
 * game may end at any moment: there its result has to tell.
 */
const desertTickMax = 200;
const desertMsMax = 3000;

/** Per cent of the assignments; in the others they play. */
const tempers = { "never-comes": 5, deserts: 20, idles: 25 } as const;
type Temper = keyof typeof tempers | "plays";

export interface PlayerParts {
  readonly name: string;
  readonly userId: string;
  readonly token: string;
  /** Origins of the instances, each by itself or behind the load balancer. */
  readonly origins: readonly string[];
  /** Where sockets go: the load balancer. */
  readonly door: string;
  readonly fetch: typeof fetch;
  readonly random: RandomState;
  readonly timer: InputTimer;
  readonly evidence: Evidence;
  readonly game: AnyGame;
}

// biome-ignore lint/suspicious/noExplicitAny: they play any game
type PlayerConnection = MatchConnection<any, any>;

export class QueueingPlayer {
  readonly #parts: PlayerParts;
  /** True when every match is to be played to its end. */
  loyal = false;

  constructor(parts: PlayerParts) {
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.name;
  }

  get userId(): string {
    return this.#parts.userId;
  }

  /** Retries until an instance answers. @throws ApiError at a refusal, or without an answer for long */
  async insist<Answer>(question: (access: ApiAccess) => Promise<Answer>): Promise<Answer> {
    const endMs = performance.now() + insistMsMax;
    for (;;) {
      try {
        return await question(this.#access());
      } catch (error) {
        if (!mayPass(error) || performance.now() > endMs) throw error;
        await pause(insistEveryMs);
      }
    }
  }

  async create(request: TicketRequest, key: string): Promise<TicketInfo> {
    const { evidence, random } = this.#parts;
    const once = () => this.insist((access) => createTicket(access, request, key));
    const answers = await Promise.all(nextBelow(random, askTwiceEvery) === 0 ? [once(), once()] : [once()]);
    for (const answer of answers) evidence.created(this.userId, key, answer);
    return answers[0]!;
  }

  /** Waits until the ticket has ended. @returns undefined when the ticket is unknown */
  async follow(id: string): Promise<TicketInfo | undefined> {
    // No version is 0: the first answer comes at once.
    for (let known: Pick<TicketInfo, "id" | "version"> = { id, version: 0 }; ; ) {
      const { version } = known;
      const ticket = await this.#seen(id, (access) => nextTicket(access, { id, version }, { waitSeconds }));
      if (ticket === undefined || hasEnded(ticket)) return ticket;
      known = ticket;
    }
  }

  read(id: string): Promise<TicketInfo | undefined> {
    return this.#seen(id, (access) => ask(access, "readTicket", { params: { id } }));
  }

  /** A player who is assigned at the last moment learns it from `follow`. */
  async cancel(id: string): Promise<void> {
    const { evidence } = this.#parts;
    const seen = evidence.tickets.get(id);
    if (seen) seen.cancelAsked = true;
    try {
      evidence.saw(this.userId, await this.insist((access) => cancelTicket(access, id)));
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "ticket/not-cancellable") throw error;
    }
  }

  /** Resolves when the player has left the match, or decided not to come. */
  async play({ id, queue, assignment, endedAt }: AssignedInfo): Promise<void> {
    const { evidence, door, token, game } = this.#parts;
    const { matchId, team, reservation } = assignment;
    const about = { userId: this.userId, ticketId: id, queue, matchId, team };
    const temper = this.#temper();
    if (temper === "never-comes") return void evidence.visits.push({ ...about, end: "never-came" });
    const heardAfterMs = Date.now() - Date.parse(endedAt);
    let place: PlayerConnection;
    try {
      place = await joinMatch({ url: door, game: game.name, session: token, assignment: { reservation } });
    } catch (error) {
      const said = `${(error as Error).message} (heard of it after ${heardAfterMs} ms)`;
      const end = heardAfterMs > inTimeMsMax ? "too-late" : "refused";
      return void evidence.visits.push({ ...about, end, said });
    }
    const inAtMs = performance.now();
    const { seat } = place.welcome;
    const end = await this.#playUntilEnd(place, temper);
    evidence.visits.push({ ...about, inAtMs, seat: Number(seat), ...end });
    await place.leave();
  }

  async #playUntilEnd(place: PlayerConnection, temper: Temper): Promise<VisitEnd & { leavingAtMs?: number }> {
    const { game, random, timer, evidence } = this.#parts;
    const source = { step: this.#playing(place) };
    const ended = endOf(place, evidence, tooLateIn(game));
    if (temper === "plays") timer.add(source);
    const early = temper === "deserts" ? pause(nextBelow(random, desertMsMax), "early" as const) : ended;
    try {
      const first = await Promise.race([early, ended]);
      if (first !== "early") return { ...first, leavingAtMs: performance.now() };
      const desertion = this.#desertionNow(place);
      if (desertion !== undefined) return { end: desertion, leavingAtMs: performance.now() };
      return { ...(await ended), leavingAtMs: performance.now() };
    } finally {
      timer.remove(source);
    }
  }

  /** What they do at each step. */
  #playing(place: PlayerConnection): () => void {
    const { game, random } = this.#parts;
    const brain = brainFor(game, { random });
    const seat = Number(place.welcome.seat) as Seat;
    let unanswered = 0;
    return () => {
      if (place.state.kind !== "playing") return;
      const { input, command } = brain.next(place.view, seat, unanswered > 0);
      if (input !== undefined) place.sendInput(input);
      if (command === undefined) return;
      unanswered += 1;
      const answered = () => {
        unanswered -= 1;
      };
      void place.command(command.name, command.payload).then(answered, answered);
    };
  }

  /** What it is to leave now; undefined: too late for that. */
  #desertionNow(place: PlayerConnection): "deserted" | "walked-out" | undefined {
    if (place.state.kind !== "playing") return undefined;
    if (this.#parts.game !== arena) return "walked-out";
    return (place.view as ArenaView).tick < desertTickMax ? "deserted" : undefined;
  }

  async #seen(
    id: string,
    question: (access: ApiAccess) => Promise<TicketInfo>,
  ): Promise<TicketInfo | undefined> {
    const { evidence } = this.#parts;
    try {
      const ticket = await this.insist(question);
      evidence.saw(this.userId, ticket);
      return ticket;
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "ticket/unknown") throw error;
      evidence.tickets.get(id)?.unknownTo.push(this.userId);
      return undefined;
    }
  }

  #access(): ApiAccess {
    const { origins, random, token, fetch } = this.#parts;
    const first = nextBelow(random, origins.length);
    return { url: [...origins.slice(first), ...origins.slice(0, first)], token, fetch };
  }

  #temper(): Temper {
    let drawn = nextBelow(this.#parts.random, 100);
    for (const [temper, share] of Object.entries(tempers)) {
      drawn -= share;
      if (drawn < 0) return this.loyal && temper !== "idles" ? "plays" : (temper as Temper);
    }
    return "plays";
  }
}

interface VisitEnd extends Pick<AssignmentVisit, "end"> {
  readonly said?: string;
}

/** How a visit ends whose match does not. */
function tooLateIn(game: AnyGame): { readonly afterMs: number; readonly end: VisitEnd } {
  if (game !== arena) return { afterMs: otherVisitMsMax, end: { end: "walked-out" } };
  return { afterMs: visitMsMax, end: { end: "cut-off", said: `no end within ${visitMsMax} ms` } };
}

/** Resolves at the end of the match or of the connection, and records the result. */
function endOf(
  place: PlayerConnection,
  evidence: Evidence,
  { afterMs, end }: ReturnType<typeof tooLateIn>,
): Promise<VisitEnd> {
  return new Promise((resolve) => {
    const tooLate = setTimeout(() => resolve(end), afterMs);
    const look = (state: PlayerConnection["state"]) => {
      if (state.kind !== "over" && state.kind !== "left") return;
      clearTimeout(tooLate);
      if (state.kind === "left")
        return resolve({ end: "cut-off", said: `code ${state.code}, ${state.reason}` });
      if (state.outcome) evidence.sawResult(place.matchId, state.outcome);
      resolve({ end: "over" });
    };
    place.onState(look);
    look(place.state);
  });
}

/** A player who left a match or did not come may queue again only when the match has noticed, or is over. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return [0, 429, 502, 503, 504].includes(error.status) || error.code === "ticket/in-match";
}
