/** The output of the replay tool: a match as JSON or text, and the lines of a trace. It never shows a token. */

import type { History } from "../../server/durability/history.ts";
import type { MatchEntry } from "../../server/durability/store.ts";
import type { ReplayedTick, ReplayResult } from "../../server/match/replay.ts";
import type { SeatState } from "../../server/match/state.ts";
import { printable } from "../../server/ops/printable.ts";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import type { AnyGame, Outcome, Viewer } from "../../shared/game/game.ts";

export interface ReplayReport {
  readonly match: string;
  readonly game: string;
  readonly state: MatchEntry["state"];
  readonly createdAt: string;
  readonly endedAt?: string;
  /** First tick of the replay (0 is the creation), and last tick that is stored. */
  readonly firstTick: number;
  readonly lastTick: number;
  readonly players: readonly Played[];
  readonly outcome?: Outcome;
  /** Why the match was set aside, cannot be restored, or ends early here; one line each. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
  /** Number of stored hashes and snapshots that were equal; `verified` only when all were. */
  readonly checked: ReplayResult["checked"];
  readonly verified?: boolean;
  /** How long the replay took, compared with the match's own time. */
  readonly replay: { readonly ticks: number; readonly seconds: number; readonly timesRealTime: number };
  readonly tick: number;
  readonly hash: string;
  readonly world: object;
}

export interface Played {
  readonly seat: SeatState["seat"];
  readonly name: string;
  readonly sessionId: string;
}

interface ReplayedMatch {
  readonly entry: MatchEntry;
  readonly history: History;
}

/** Collects all players who had a seat, in order of arrival. */
export class Players {
  readonly all: Played[] = [];

  see({ state, record }: ReplayedTick): void {
    for (const seat of record === undefined ? state.seats : (record.events?.joins ?? [])) {
      this.all.push({ seat: seat.seat, name: seat.name, sessionId: seat.sessionId });
    }
  }
}

/** What is wrong with a match: damage, or a replay that differs from the store. Empty when nothing is. */
export function problemsOf(game: AnyGame, { entry, history }: ReplayedMatch, result: ReplayResult): string[] {
  const problems: string[] = [];
  if (entry.state === "set-aside") problems.push(`set aside: ${entry.ending ?? "no reason was kept"}`);
  if (history.refusal !== undefined) problems.push(`cannot be restored: ${history.refusal}`);
  if (result.fault !== undefined) {
    problems.push(`the replay stops before tick ${result.fault.tick}: ${result.fault.reason}`);
  } else if (entry.state === "over" && entry.ending !== JSON.stringify(game.outcome(result.state.world))) {
    problems.push(
      `at tick ${result.state.tick} the replay has another outcome than the store: ${entry.ending}`,
    );
  }
  return problems;
}

/** The outcome of a match that is over; why one was set aside, which is a text. */
function endingOf(state: MatchEntry["state"], ending: string | undefined): unknown {
  return state === "over" && ending !== undefined ? JSON.parse(ending) : ending;
}

export function listLine(entry: MatchEntry): string {
  const { id, state, epoch, node, about, createdAtMs, endedAtMs, ending } = entry;
  const { game } = JSON.parse(about) as { game: string };
  const ended =
    endedAtMs === undefined
      ? {}
      : { endedAt: new Date(endedAtMs).toISOString(), ending: endingOf(state, ending) };
  return JSON.stringify({
    match: id,
    game,
    state,
    epoch,
    node,
    createdAt: new Date(createdAtMs).toISOString(),
    ...ended,
  });
}

/**
 * A line of the trace: hash of the View and of what each seat alone sees, commands with their answers, and seats.
 * @param epoch epoch of the owner that made the tick
 */
export function traceLine(game: AnyGame, { state, record, answers }: ReplayedTick, epoch?: number): string {
  const commands = (record?.events?.commands ?? []).map((command, index) => ({
    seat: command.seat,
    sessionId: state.seats.find(({ seat }) => seat === command.seat)?.sessionId,
    id: command.id,
    name: command.name,
    payload: command.payload,
    answer: answers[index],
  }));
  const { world } = state;
  const view = game.view.of(world);
  const { tick: shownTick } = Object(view) as { tick?: unknown };
  const { own, sight } = game.view;
  const isForAll = own === undefined && sight === undefined;
  return JSON.stringify({
    tick: state.tick,
    epoch,
    view: hashPlain(view),
    ...(typeof shownTick === "number" && { shownTick }),
    ...(!isForAll && {
      own: Object.fromEntries(state.seats.map(({ seat }) => [seat, ownHashes(game, world, seat)])),
    }),
    commands,
    seats: state.seats.map(({ sessionId }) => sessionId),
  });
}

/** Hashes of what only the player of a seat sees: their own part, then what is in their sight. */
function ownHashes({ view: { own, sight } }: AnyGame, world: object, seat: Viewer): readonly string[] {
  const ids = sight === undefined ? [] : [...sight.sees(world, seat, sight.prepare?.(world))];
  return [
    ...(own === undefined ? [] : [hashPlain(own.of(world, seat))]),
    ...(sight === undefined
      ? []
      : [hashPlain(Object.fromEntries(ids.map((id) => [id, sight.of(world, id)])))]),
  ];
}

/** @param withWorld whether the World is shown: it is long, and a verification does not need it */
export function reportText(report: ReplayReport, withWorld: boolean): string {
  const { players, outcome, checked, replay } = report;
  const start = report.firstTick === 0 ? "its creation" : `the snapshot at tick ${report.firstTick}`;
  const lines = [
    `match ${report.match}: ${report.game}, ${report.state}, created ${report.createdAt}${ended(report)}`,
    `from ${start} to tick ${report.lastTick}, ${Math.round(replay.timesRealTime)} times as fast as it was played`,
    `players: ${players.map(({ seat, name }) => `${printable(name)} (${seat})`).join(", ") || "none"}`,
    `outcome: ${outcome === undefined ? "none yet" : outcomeText(outcome)}`,
    ...report.notes.map((note) => `note: ${note}`),
    ...report.problems.map((problem) => `problem: ${problem}`),
    verdict(report, `${checked.hashes} hashes and ${checked.snapshots} snapshots`),
    `tick ${report.tick}, hash ${report.hash}`,
    withWorld ? JSON.stringify(report.world, null, 2) : "",
  ];
  return lines.filter((line) => line !== "").join("\n");
}

function ended({ endedAt }: ReplayReport): string {
  return endedAt === undefined ? "" : `, ended ${endedAt}`;
}

function outcomeText({ reason, ranking, players }: Outcome): string {
  const nameOf = (seat: number) =>
    printable(players.find((player) => player.seat === seat)?.name ?? `seat ${seat}`);
  return `${reason}; ${ranking.map((place, index) => `${index + 1}. ${place.map(nameOf).join(" and ")}`).join(", ")}`;
}

function verdict({ verified }: ReplayReport, compared: string): string {
  if (verified === undefined) return "";
  return verified ? `verified: ${compared} agree` : `NOT VERIFIED: ${compared} agree, then the problem above`;
}
