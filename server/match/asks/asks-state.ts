/**
 * The asks of a match, as its state keeps them: numbered, each pending until a record brings its answer or until its
 * ticks are over. Everything here is a function of the state and the record, so a restore and a replay have the same
 * asks under the same keys, and a World hears of each exactly once. It calls no handler.
 */
import {
  type Ask,
  type AskAnswer,
  askPayloadCharactersMax,
  askSecondsMax,
  askSecondsUsual,
  asksPendingMax,
  asksPerStepMax,
} from "../../../shared/game/asks.ts";
import { hashPlain } from "../../../shared/game/deterministic/hash.ts";
import type { AnyGame } from "../../../shared/game/game.ts";
import { words } from "../../../shared/game/issues.ts";
import type { Plain } from "../../../shared/game/plain.ts";
import { clockOf, clockPerSecond } from "../match-time.ts";

export interface PendingAsk {
  /** Counted from 1. */
  readonly id: number;
  readonly name: string;
  readonly payload: Plain;
  /** The tick that asked. */
  readonly tick: number;
  /** On the match clock: unanswered by then, it has timed out. */
  readonly until: number;
}

export interface AsksState {
  /** Number of the newest one. */
  last: number;
  /** Oldest first. */
  pending: PendingAsk[];
  /** Asks of the last tick that were too many: the next one hears of them. */
  refused?: Pick<PendingAsk, "id" | "name" | "payload">[];
}

/** An answer of a handler, in a record. Which ask it answers is known by its number. */
export interface AnswerEvent {
  readonly id: number;
  /** As the declared schema made it. */
  readonly data: Plain;
}

interface Holder {
  readonly tick: number;
  readonly nowMs?: number;
  asks?: AsksState;
}

/**
 * What the game hears at the tick that `state` has just reached: what was refused, what came, what timed out. An
 * answer to an ask that is not pending any more is nothing.
 */
export function heardAnswers(state: Holder, came: readonly AnswerEvent[] = []): readonly AskAnswer[] {
  const { asks } = state;
  if (asks === undefined) return [];
  const { refused = [] } = asks;
  delete asks.refused;
  const heard = refused.map((ask): AskAnswer => ({ ...ask, ok: false, reason: "ask/too-many" }));
  for (const { id, data } of came) {
    const ask = takeOut(asks, (each) => each.id === id);
    if (ask !== undefined) heard.push({ ...asAsked(ask), ok: true, data });
  }
  for (;;) {
    const late = takeOut(asks, ({ until }) => until <= clockOf(state));
    if (late === undefined) return heard;
    heard.push({ ...asAsked(late), ok: false, reason: "ask/timed-out" });
  }
}

/** Keeps what a step asked. @throws Error when it asks what its game does not declare */
export function keepAsks(game: AnyGame, state: Holder, given: readonly Ask[]): void {
  if (given.length === 0) return;
  if (given.length > asksPerStepMax)
    throw new Error(
      `${game.name}: a step asked ${given.length} times; at most ${asksPerStepMax} are allowed`,
    );
  state.asks ??= { last: 0, pending: [] };
  const { asks, tick } = state;
  for (const ask of given) {
    asks.last += 1;
    const { payload, seconds } = checkedAsk(game, ask);
    const known = { id: asks.last, name: ask.name, payload };
    if (asks.pending.length >= asksPendingMax) asks.refused = [...(asks.refused ?? []), known];
    else
      asks.pending.push({
        ...known,
        tick,
        until: clockOf(state) + Math.ceil(seconds * clockPerSecond(game)),
      });
  }
}

/** When the World has something to hear although no answer came, on the match clock; Infinity: never. */
export function hearsAt({ asks }: Holder): number {
  if (asks === undefined) return Number.POSITIVE_INFINITY;
  return asks.refused === undefined ? Math.min(...asks.pending.map(({ until }) => until)) : 0;
}

/**
 * The key of an ask: the same for every owner of the match and at every attempt. The hash keeps two asks apart that got
 * one number because a store lost what it had confirmed.
 */
export function keyOf(
  matchId: string,
  { id, name, payload }: Pick<PendingAsk, "id" | "name" | "payload">,
): string {
  return `${matchId}-${id}-${hashPlain([name, payload])}`;
}

function checkedAsk(
  game: AnyGame,
  { name, payload = null, timeoutSeconds }: Ask,
): { readonly payload: Plain; readonly seconds: number } {
  const where = `${game.name}: the ask "${name}"`;
  const declared = Object.hasOwn(game.asks ?? {}, name) ? game.asks![name] : undefined;
  if (declared === undefined) throw new Error(`${where} is not declared in \`asks\``);
  const seconds = timeoutSeconds ?? declared.timeoutSeconds ?? askSecondsUsual;
  if (!(seconds > 0 && seconds <= askSecondsMax))
    throw new Error(`${where} waits for ${seconds} s; more than 0 and at most ${askSecondsMax} is allowed`);
  const parsed = declared.payload?.safeParse(payload);
  if (parsed?.success === false) throw new Error(`${where}: ${words(parsed.error.issues, "payload")}`);
  // A copy of its own: the game may go on changing what it gave.
  const json = JSON.stringify(parsed === undefined ? payload : parsed.data) ?? "null";
  if (json.length > askPayloadCharactersMax)
    throw new Error(
      `${where}: its payload has ${json.length} characters; at most ${askPayloadCharactersMax} are allowed`,
    );
  return { payload: JSON.parse(json, asStored) as Plain, seconds };
}

/** A lone surrogate comes back from a snapshot as another character; the key must not depend on that. */
const asStored = (_key: string, value: unknown) => (typeof value === "string" ? value.toWellFormed() : value);

function takeOut(asks: AsksState, which: (ask: PendingAsk) => boolean): PendingAsk | undefined {
  const at = asks.pending.findIndex(which);
  return at < 0 ? undefined : asks.pending.splice(at, 1)[0];
}

const asAsked = ({ id, name, payload }: PendingAsk) => ({ id, name, payload });
