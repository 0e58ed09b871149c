/**
 * Records what one bot sees and does: every View that it decoded, every command with its answer, every seat that it
 * held, and how long each fault kept it from playing. It judges nothing.
 */

import type { ConnectionState } from "../../../shared/client/connection-state.ts";
import type { SteadyClock, SteadyMs } from "../../../shared/clock.ts";
import { hashPlain } from "../../../shared/game/deterministic/hash.ts";
import type { AnyGame, CommandAnswer } from "../../../shared/game/game.ts";
import { seenIn } from "../../bots/any-game/seen.ts";
import type { Observer } from "../../bots/bot.ts";
import { showsEnd } from "../../bots/brains.ts";
import type { Connection } from "../../bots/connection.ts";
import type { FaultKind } from "../nemesis/fault.ts";
import type { EpochsSeen } from "./epochs.ts";
import type { MatchVisit, SeenConnection, SeenState } from "./match-history.ts";

/** A fault that has just hit the owner of some matches. */
export interface Strike {
  readonly kind: FaultKind;
  readonly atMs: number;
  /** The owner's epoch of the match; undefined when it was not the owner. */
  readonly epochOf: (matchId: string) => number | undefined;
}

/** A strike whose end this bot has not seen yet. */
interface Outage {
  readonly kind: FaultKind;
  readonly atMs: number;
  /** Epoch of the owner that was hit; patches of the next owner have a higher one. */
  readonly epoch: number;
}

/** A period in which the longest pause between two patches counts, because no owner changes. */
interface Hush {
  readonly kind: FaultKind;
  lastMs: number;
  longestMs: number;
}

export interface Gap {
  readonly kind: FaultKind;
  readonly ms: number;
}

export class Recorder implements Observer {
  readonly visits: MatchVisit[] = [];
  /** Times from a strike to the next owner's patch, or the longest pause while something was away. */
  readonly gaps: Gap[] = [];
  readonly #game: AnyGame;
  readonly #player: string;
  readonly #epochs: EpochsSeen;
  readonly #nowMs: SteadyClock;
  #visit: MatchVisit | undefined;
  #connection: SeenConnection | undefined;
  #expectsLeave = false;
  #epoch = 0;
  /** Time of the first patch of the present connection. */
  #firstPatchMs: number | undefined;
  #outages: Outage[] = [];
  #hush: Hush | undefined;

  constructor(
    game: AnyGame,
    player: string,
    epochs: EpochsSeen,
    nowMs: SteadyClock = () => performance.now(),
  ) {
    this.#game = game;
    this.#player = player;
    this.#epochs = epochs;
    this.#nowMs = nowMs;
  }

  joined(connection: Connection): void {
    const { welcome, matchId, sessionId } = connection;
    this.#connection = { states: [], epoch: undefined, beforeKill: false };
    this.#visit = {
      player: this.#player,
      matchId,
      sessionId,
      seat: welcome.seat,
      firstTick: welcome.tick,
      seatChanged: false,
      sawEnd: false,
      connections: [this.#connection],
      returns: [],
      commands: [],
      end: undefined,
      endText: "",
    };
    this.visits.push(this.#visit);
    this.#expectsLeave = false;
    this.#outages = [];
    this.#hush = undefined;
    this.#firstPatchMs = undefined;
    this.#welcomed(connection);
    connection.onWelcome(() => this.#welcomed(connection));
    connection.onState((state) => this.#entered(state));
    const { returns } = this.#visit;
    connection.onReturned((held, fresh) => returns.push({ held: wholeOf(held), fresh: wholeOf(fresh) }));
    this.saw(connection.view);
  }

  saw(view: object): void {
    const visit = this.#visit;
    if (!visit) return;
    this.#connection!.states.push(this.#stateOf(view));
    if (showsEnd(this.#game, view)) visit.sawEnd = true;
    this.#firstPatchMs ??= this.#nowMs();
    this.#settleOutages();
    if (this.#hush) this.#hush = longer(this.#hush, this.#nowMs());
  }

  asked({ name, payload }: { name: string; payload: unknown }): (answer: CommandAnswer) => void {
    // As the server's schema gives it to the rules, and so to the journal.
    const parsed = this.#game.commands[name]?.safeParse(payload);
    const command: MatchVisit["commands"][number] = { name, payload: parsed?.data ?? payload };
    this.#visit?.commands.push(command);
    return (answer) => {
      command.answer = answer;
    };
  }

  left({ code, reason }: ConnectionState & { kind: "left" }): void {
    const visit = this.#visit;
    if (!visit) return;
    visit.endText = `code ${code} ${reason}`.trim();
    visit.end ??= this.#expectsLeave ? "own" : reason.includes("uptime too short") ? "young" : "refused";
    this.#visit = undefined;
  }

  /** The bot is about to leave by itself. */
  expectLeave(isAway: boolean): void {
    this.#expectsLeave = true;
    if (this.#visit && isAway) this.#visit.end = "away";
  }

  /** All recorders must be told before `epochOf` is updated for what comes after it. */
  struck({ kind, atMs, epochOf }: Strike): void {
    this.#markConnections();
    const visit = this.#visit;
    const epoch = visit && !visit.sawEnd ? epochOf(visit.matchId) : undefined;
    if (epoch !== undefined) this.#outages.push({ kind, atMs, epoch });
  }

  /** From now on something is away that owns no match. */
  hushed(kind: FaultKind, atMs: number): void {
    this.#markConnections();
    if (this.#visit && !this.#visit.sawEnd) this.#hush = { kind, lastMs: atMs, longestMs: 0 };
  }

  /** It is back, and all players should play. */
  unhushed(): void {
    const hush = this.#hush && longer(this.#hush, this.#nowMs());
    this.#hush = undefined;
    if (hush && !this.#visit?.sawEnd) this.gaps.push({ kind: hush.kind, ms: hush.longestMs });
  }

  #stateOf(state: object): SeenState {
    const { view, own, inSight } = seenIn(this.#game, state);
    const { tick } = Object(view) as { tick?: unknown };
    const parts = [
      ...(this.#game.view.own === undefined ? [] : [hashPlain(own)]),
      ...(this.#game.view.sight === undefined ? [] : [hashPlain(inSight)]),
    ];
    const said = typeof tick === "number" ? tick : undefined;
    return parts.length > 0 ? [said, hashPlain(view), parts] : [said, hashPlain(view)];
  }

  #markConnections(): void {
    for (const connection of this.visits.flatMap(({ connections }) => connections))
      connection.beforeKill = true;
  }

  #welcomed({ welcome, matchId }: Connection): void {
    this.#epoch = welcome.epoch;
    this.#connection!.epoch = welcome.epoch;
    this.#epochs.saw(matchId, welcome.epoch);
    if (this.#visit && welcome.seat !== this.#visit.seat) this.#visit.seatChanged = true;
    this.#settleOutages();
  }

  #entered(state: ConnectionState): void {
    if (state.kind === "over" && this.#visit) this.#visit.sawEnd = true;
    if (state.kind !== "reconnecting" || !this.#visit) return;
    this.#connection = { states: [], epoch: undefined, beforeKill: false };
    this.#visit.connections.push(this.#connection);
    this.#firstPatchMs = undefined;
  }

  /** The full state comes before the welcome: a gap ends with the first patch, once the epoch is known. */
  #settleOutages(): void {
    const patchMs = this.#firstPatchMs;
    if (patchMs === undefined || this.#outages.length === 0) return;
    const over = this.#outages.filter(({ epoch }) => epoch < this.#epoch);
    this.#outages = this.#outages.filter(({ epoch }) => epoch >= this.#epoch);
    for (const { kind, atMs } of over) this.gaps.push({ kind, ms: patchMs - atMs });
  }
}

/** Everything that was decoded, including what the View's reader does not know. */
function wholeOf(view: { toJSON(): unknown }): string {
  return hashPlain(view.toJSON());
}

function longer({ kind, lastMs, longestMs }: Hush, nowMs: SteadyMs): Hush {
  return { kind, lastMs: nowMs, longestMs: Math.max(longestMs, nowMs - lastMs) };
}
