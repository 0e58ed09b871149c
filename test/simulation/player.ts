/**
 * A client that plays: joins, sends inputs and commands, comes back with its token to the node that owns its match
 * now, sends unanswered commands again, and remembers all that it was shown and told, for the check at the end.
 */
import type { CommandAnswer } from "../../shared/game/game.ts";
import type { Chance } from "./chance.ts";
import { type ClientEnd, Connection } from "./connection.ts";
import type { Findings } from "./findings.ts";
import type { LineParts } from "./line.ts";
import type { Matchmaker } from "./matchmaker.ts";
import type { CloseReason, Seen, Shown, ToClient } from "./messages.ts";
import { overheard } from "./overheard.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Habits } from "./settings.ts";
import type { Trace } from "./trace.ts";

/** It does something so often, in ms. */
const actEveryMs = [40, 90] as const;
/** No frame for this long: the server may stand still, and the match be elsewhere. */
const silentMsMax = 800;
/** Told so often that its token has no seat, it believes it. */
const noSeatMax = 6;
const burstCommands = 12;

export interface PlayerParts {
  readonly name: string;
  /** Which of the matchmaker's matches it plays in. */
  readonly place: number;
  readonly matchmaker: Matchmaker;
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly findings: Findings;
  readonly trace: Trace;
  readonly line: LineParts;
  readonly habits: Habits;
  /** From here on it sends no command, so that all can be answered before the end. */
  readonly quietAtMs: number;
}

interface Told {
  readonly text: string;
  answer: CommandAnswer | undefined;
  /** The epoch under which it was answered unprotected; undefined when the answer holds. */
  unsafeEpoch?: number | undefined;
}

/** A seat that it was told it has. */
export interface Seat {
  readonly match: string;
  readonly sessionId: string;
  readonly token: string;
  /** As of an answer. */
  unsafeEpoch?: number | undefined;
}

export class Player implements ClientEnd {
  readonly name: string;
  readonly seen: Shown[] = [];
  /** By id, in order; one that was not answered may or may not have been applied. */
  readonly commands = new Map<number, Told>();
  /** `done`: the match is over, the seat was given up, or it left. */
  state: "away" | "waiting" | "playing" | "done" = "away";
  seat: Seat | undefined;
  /** Why it is done. */
  ending: "over" | "no-seat" | "left" | undefined;
  readonly #parts: PlayerParts;
  #connection: Connection | undefined;
  #heardAtMs = 0;
  #tryAtMs = 0;
  #noSeat = 0;
  #seq = 0;
  #acknowledged = 0;
  #lastSafe: Seen | undefined;
  #epoch = 0;
  /** What it was told unprotected. */
  #unsafe: { unsafeEpoch?: number | undefined }[] = [];

  constructor(parts: PlayerParts) {
    this.#parts = parts;
    this.name = parts.name;
    parts.scheduler.later(parts.chance.below(400), () => this.#act());
  }

  get unanswered(): number {
    return [...this.commands.values()].filter(({ answer }) => answer === undefined).length;
  }

  /** The wire to its server breaks. */
  breakOff(): void {
    this.#connection?.break();
  }

  /** Sends a command, if it plays. */
  command(): void {
    if (this.state === "playing") this.#command();
  }

  /** Sends what its match cannot survive. */
  poison(): void {
    this.#connection?.toServer({ kind: "poison" });
  }

  receive(connection: Connection, message: ToClient, unprotected: boolean): void {
    if (connection !== this.#connection) return;
    this.#heardAtMs = this.#parts.scheduler.nowMs;
    switch (message.kind) {
      case "welcome":
        this.#welcomed(message, unprotected);
        break;
      case "state":
        this.#see({ ...message.seen, unprotected });
        break;
      case "answer":
        this.#answered(message.id, message.answer, unprotected);
        break;
      case "over":
        this.#finish("over");
        break;
    }
  }

  closed(connection: Connection, reason: CloseReason): void {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    if (this.state === "done") return;
    this.state = "away";
    this.#tryAtMs = this.#parts.scheduler.nowMs + this.#parts.chance.between(50, 400);
    if (reason === "no-seat") this.#noSeat += 1;
    if (reason === "left" || this.#noSeat >= noSeatMax) this.#finish("no-seat");
  }

  #act(): void {
    const { scheduler, chance } = this.#parts;
    if (this.state === "done") return;
    scheduler.later(chance.between(...actEveryMs), () => this.#act());
    const silent = scheduler.nowMs - this.#heardAtMs > silentMsMax;
    if (this.state === "away") this.#knock();
    else if (silent) this.#giveUpOnConnection();
    else if (this.state === "playing") this.#play();
  }

  #knock(): void {
    const { scheduler, matchmaker, place, chance, line } = this.#parts;
    if (scheduler.nowMs < this.#tryAtMs) return;
    const where = matchmaker.whereIs(place, this.seat?.match);
    this.#tryAtMs = scheduler.nowMs + chance.between(100, 300);
    if (where.kind === "over") this.#finish("over");
    if (where.kind !== "at" || where.node.process === undefined) return;
    const { conversation } = this.#parts.trace;
    const { name, rooms } = where.node.process;
    conversation?.say({
      from: this.name,
      to: "matchmaker",
      words: `where is ${where.match}? At ${where.node.address}`,
    });
    const connection = new Connection({
      ...{ client: this, server: rooms, line },
      overheard: conversation && overheard(conversation, this.name, name),
    });
    this.#connection = connection;
    this.state = "waiting";
    this.#heardAtMs = scheduler.nowMs;
    const token = this.seat === undefined ? {} : { token: this.seat.token };
    connection.toServer({ kind: "hello", match: where.match, user: this.name, ...token });
  }

  #giveUpOnConnection(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.state = "away";
    this.#parts.trace.conversation?.say({ from: this.name, words: "hears nothing any more, and hangs up" });
    connection?.hangUp();
  }

  #play(): void {
    const { chance, scheduler, quietAtMs, habits } = this.#parts;
    this.#seq += 1;
    this.#connection!.toServer({ kind: "input", seq: this.#seq, amount: chance.between(-100, 100) });
    if (scheduler.nowMs >= quietAtMs) return;
    if (chance.happens(habits.command)) this.#command();
    if (chance.happens(habits.burst)) for (let i = 0; i < burstCommands; i++) this.#command();
    if (!chance.happens(habits.leave)) return;
    this.#connection!.toServer({ kind: "leave" });
    this.#finish("left");
  }

  #command(): void {
    const id = this.commands.size + 1;
    const text = `${this.name}#${id}`;
    this.commands.set(id, { text, answer: undefined });
    this.#connection!.toServer({ kind: "command", id, text });
  }

  #welcomed(welcome: Extract<ToClient, { kind: "welcome" }>, unprotected: boolean): void {
    const { seen, sessionId, token, lastInputSeq, lastCommandId } = welcome;
    const { findings, trace } = this.#parts;
    const known = this.seat?.unsafeEpoch === undefined && !unprotected ? this.seat : undefined;
    if (known !== undefined && (known.sessionId !== sessionId || known.token !== token))
      findings.add("P5", `${this.name} came back and found itself in another seat`);
    if (lastInputSeq < this.#acknowledged && !unprotected)
      findings.add(
        "P5",
        `${this.name}: input ${this.#acknowledged} was acknowledged, then only ${lastInputSeq}`,
      );
    trace.say(`${this.name}: welcome ${seen.match} e${seen.epoch} t${seen.tick} command ${lastCommandId}`);
    this.seat = { match: seen.match, sessionId, token };
    if (unprotected) this.#doubt(this.seat, seen.epoch);
    this.state = "playing";
    this.#noSeat = 0;
    if (!unprotected) this.#acknowledged = lastInputSeq;
    this.#seq = Math.max(this.#seq, lastInputSeq);
    this.#see({ ...seen, unprotected });
    for (const [id, { text, answer }] of this.commands) {
      if (answer === undefined) this.#connection!.toServer({ kind: "command", id, text });
    }
  }

  /** Invariant: a client never goes back in time, but for what it was shown unprotected. */
  #see(seen: Shown): void {
    const last = this.#lastSafe;
    if (!seen.unprotected && last !== undefined && last.match === seen.match && seen.tick < last.tick) {
      const was = `tick ${last.tick} of epoch ${last.epoch}`;
      this.#parts.findings.add(
        "P2",
        `${this.name} saw ${was}, then tick ${seen.tick} of epoch ${seen.epoch}`,
      );
    }
    this.seen.push(seen);
    this.#epoch = seen.epoch;
    if (!seen.unprotected) {
      this.#lastSafe = seen;
      this.#trust(seen.epoch);
    }
    this.#parts.trace.say(`${this.name}: ${seen.match} e${seen.epoch} t${seen.tick} ${seen.hash}`);
  }

  #answered(id: number, answer: CommandAnswer, unprotected: boolean): void {
    const command = this.commands.get(id)!;
    const text = answer.ok ? "ok" : answer.reason;
    this.#parts.trace.say(`${this.name}: command ${id} ${text}`);
    if (command.answer === undefined && unprotected) this.#doubt(command, this.#epoch);
    command.answer ??= answer;
  }

  #doubt(told: { unsafeEpoch?: number | undefined }, epoch: number): void {
    told.unsafeEpoch = epoch;
    this.#unsafe.push(told);
  }

  /** What this epoch shows now is safe, and with it all that it told before. */
  #trust(epoch: number): void {
    if (this.#unsafe.length === 0) return;
    for (const told of this.#unsafe) if (told.unsafeEpoch === epoch) told.unsafeEpoch = undefined;
    this.#unsafe = this.#unsafe.filter(({ unsafeEpoch }) => unsafeEpoch !== undefined);
  }

  #finish(ending: NonNullable<Player["ending"]>): void {
    this.#parts.trace.say(`${this.name}: done, ${ending}`);
    this.state = "done";
    this.ending = ending;
    // The server closes when it has heard of a leave.
    if (ending === "left") return;
    this.#connection?.hangUp();
    this.#connection = undefined;
  }
}
