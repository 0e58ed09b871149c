/**
 * Carries out the asks of one match on its node: calls the handlers that `dueCalls` names, and hands their answers to
 * the match, which puts them into its next record. It keeps nothing that must last: what is pending is in the match's
 * state, and the next owner begins with that. It decides nothing about the World.
 */
import type { SteadyClock } from "../../../shared/clock.ts";
import type { AnyGame } from "../../../shared/game/game.ts";
import type { AskHandler, HandlersByGame } from "../../../shared/game/handlers.ts";
import type { Locate } from "../../../shared/game/locate.ts";
import type { Plain } from "../../../shared/game/plain.ts";
import { isPowerOfTwo } from "../body.ts";
import { clockOf, clockPerSecond } from "../match-time.ts";
import type { AskMetrics } from "./ask-metrics.ts";
import { type AnswerEvent, type AsksState, keyOf, type PendingAsk } from "./asks-state.ts";
import type { CallPlaces } from "./call-places.ts";
import { checkedAnswer } from "./checked-answer.ts";
import { type CallState, dueCalls, retryAfterMs } from "./due-calls.ts";

/** An attempt that takes longer has failed. */
export const attemptMsMax = 15_000;

const never = Number.POSITIVE_INFINITY;

/** What the matches of a process share. */
export interface AskParts {
  readonly handlers: HandlersByGame;
  readonly locate: Locate;
  readonly places: CallPlaces;
  /** Runs once; the function that it returns cancels it. */
  readonly timer: (ms: number, run: () => void) => () => void;
  /** For attempts that failed: in a long trouble there are many. Default: as all else. */
  readonly logFailure?: MatchAsksParts["log"];
}

export interface MatchAsksParts extends AskParts {
  readonly id: string;
  readonly game: AnyGame;
  readonly state: { readonly tick: number; readonly nowMs?: number; readonly asks?: AsksState };
  readonly nowMs: SteadyClock;
  readonly metrics: AskMetrics;
  readonly log: (message: string, details: object) => void;
  readonly onAnswer: (answer: AnswerEvent) => void;
}

type AskProgress = CallState & { readonly ask: PendingAsk };

type Failed = { readonly ok: false; readonly error: unknown };
type Attempted = { readonly ok: true; readonly data: Plain } | Failed;

export class MatchAsks {
  readonly #parts: MatchAsksParts;
  /** By number: each pending ask. */
  readonly #calls = new Map<number, AskProgress>();
  /** By the number of its ask: each handler that runs. */
  readonly #running = new Map<number, AbortController>();
  #durableTick = 0;
  #callOffTimer: () => void = () => {};
  /** Set once the World is over. */
  #ending: { readonly sinceMs: number; readonly done: PromiseWithResolvers<void> } | undefined;
  #stopped = false;

  constructor(parts: MatchAsksParts) {
    this.#parts = parts;
    // A restored match has some, and they may be over with its first tick.
    for (const ask of parts.state.asks?.pending ?? []) this.#calls.set(ask.id, { kind: "waiting", ask });
  }

  /** The World moved by one tick. */
  ticked(durableTick: number): void {
    const { state, metrics } = this.#parts;
    if (state.asks === undefined) return;
    for (const _ of state.asks.refused ?? []) metrics.askEnded("too-many");
    this.durable(durableTick);
  }

  /** Everything up to `tick` is durable. It costs nothing while nothing is asked. */
  durable(tick: number): void {
    this.#durableTick = tick;
    const { asks } = this.#parts.state;
    if (asks !== undefined && asks.pending.length + this.#calls.size > 0) this.#look();
  }

  /** A handler of another match has answered. */
  placeFree(): void {
    this.#look();
  }

  /**
   * For a match whose World is over, and so hears nothing any more: resolves when every pending ask was answered, or
   * its time is over. What is left of that counts by the clock here, because the match makes no more ticks.
   */
  allDone(): Promise<void> {
    this.#ending ??= { sinceMs: this.#parts.nowMs(), done: Promise.withResolvers<void>() };
    // The end is decided once all is durable.
    this.#durableTick = this.#parts.state.tick;
    this.#look();
    return this.#ending.done.promise;
  }

  /** Nothing is called any more, and what runs is told to stop. */
  stop(): void {
    this.#stopped = true;
    this.#callOffTimer();
    this.#parts.places.leave(this);
    for (const controller of this.#running.values()) controller.abort();
  }

  #look(): void {
    if (this.#stopped) return;
    const { nowMs, places, timer } = this.#parts;
    const pending = this.#pending();
    const now = nowMs();
    const due = dueCalls(pending, this.#calls, { durableTick: this.#durableTick, nowMs: now });
    for (const { ask, attempt } of due.start) {
      if (!places.take(this)) break;
      void this.#call(ask, attempt);
    }
    const waiting = pending.filter(({ id }) => this.#calls.get(id)?.kind !== "answered");
    const nextMs = Math.min(due.lookAgainAtMs ?? never, ...waiting.map((ask) => this.#overAtMs(ask)));
    this.#callOffTimer();
    this.#callOffTimer = nextMs === never ? () => {} : timer(nextMs - now, () => this.#look());
    if (waiting.length === 0) this.#ending?.done.resolve();
  }

  /** What the state has, and whose time is not over. The calls of all else are forgotten. */
  #pending(): readonly PendingAsk[] {
    const now = this.#parts.nowMs();
    const inState = this.#parts.state.asks?.pending ?? [];
    const pending = inState.filter((ask) => this.#overAtMs(ask) > now);
    const ids = new Set(pending.map(({ id }) => id));
    for (const [id, call] of this.#calls) if (!ids.has(id)) this.#forget(call);
    for (const ask of pending)
      if (!this.#calls.has(ask.id)) this.#calls.set(ask.id, { kind: "waiting", ask });
    return pending;
  }

  /** When the time of an ask is over: the match clock decides, until it stands still. */
  #overAtMs({ until }: PendingAsk): number {
    if (this.#ending === undefined) return never;
    const { game, state } = this.#parts;
    return this.#ending.sinceMs + ((until - clockOf(state)) * 1000) / clockPerSecond(game);
  }

  #forget({ kind, ask }: AskProgress): void {
    this.#calls.delete(ask.id);
    this.#running.get(ask.id)?.abort();
    if (kind === "answered") return;
    this.#parts.metrics.askEnded("timed-out");
    this.#parts.log("an ask was not answered in its time", this.#named(ask));
  }

  async #call(ask: PendingAsk, attempt: number): Promise<void> {
    const { places, metrics, nowMs, onAnswer } = this.#parts;
    this.#calls.set(ask.id, { kind: "running", attempt, ask });
    const startedMs = nowMs();
    const result = await this.#attempt(ask, attempt);
    metrics.askCalled(result.ok ? "answered" : "failed", (nowMs() - startedMs) / 1000);
    // It has timed out meanwhile, or the match is no longer here.
    const isWanted = !this.#stopped && this.#calls.get(ask.id)?.kind === "running";
    if (isWanted && result.ok) {
      this.#calls.set(ask.id, { kind: "answered", ask });
      metrics.askEnded("answered");
      onAnswer({ id: ask.id, data: result.data });
    } else if (isWanted) {
      this.#calls.set(ask.id, { kind: "retry", attempt, atMs: nowMs() + retryAfterMs(attempt), ask });
      const { logFailure = this.#parts.log } = this.#parts;
      const details = { ...this.#named(ask), attempt, error: (result as Failed).error };
      // A long trouble is told again and again, but ever less often.
      if (isPowerOfTwo(attempt)) logFailure("an ask failed and is tried again", details);
    }
    places.free();
    this.#look();
  }

  async #attempt(ask: PendingAsk, attempt: number): Promise<Attempted> {
    const { id: matchId, game, timer, handlers, locate } = this.#parts;
    const controller = new AbortController();
    const { signal } = controller;
    const given = Promise.withResolvers<never>();
    given.promise.catch(() => {});
    signal.addEventListener("abort", () => given.reject(signal.reason));
    const callOff = timer(attemptMsMax, () =>
      controller.abort(new Error(`no answer within ${attemptMsMax} ms`)),
    );
    this.#running.set(ask.id, controller);
    try {
      const { name, payload } = ask;
      const handler = handlerOf(handlers, game.name, name);
      const call = { key: keyOf(matchId, ask), payload: payload as never, matchId, attempt, signal, locate };
      const answer = await Promise.race([(async () => handler(call))(), given.promise]);
      return { ok: true, data: checkedAnswer(game.asks?.[name], answer) };
    } catch (error) {
      return { ok: false, error };
    } finally {
      callOff();
      this.#running.delete(ask.id);
    }
  }

  #named(ask: PendingAsk): object {
    const { id } = this.#parts;
    return { match: id, ask: ask.name, key: keyOf(id, ask) };
  }
}

/** @throws Error when there is none: the game changed, or the server was started without it */
function handlerOf(handlers: HandlersByGame, game: string, name: string): AskHandler {
  const ofGame = Object.hasOwn(handlers, game) ? handlers[game]! : {};
  if (!Object.hasOwn(ofGame, name)) throw new Error("it has no handler");
  return ofGame[name]!;
}
