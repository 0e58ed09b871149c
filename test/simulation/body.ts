/**
 * A match's body in the simulation: what server/room is in the product, without Colyseus. Everything that
 * tells a client about a tick goes through the gate; what it says past the gate reflects no tick.
 */

import type { Body, Outgoing } from "../../server/match/body.ts";
import type { LiveMatch } from "../../server/match/live-match.ts";
import type { MatchState } from "../../server/match/state.ts";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import type { AnyGame, CommandAnswer, NumericInput } from "../../shared/game/game.ts";
import type { Connection } from "./connection.ts";
import type { LedgerInput } from "./ledger.ts";
import type { CloseReason, Seen, ToClient, ToServer } from "./messages.ts";

/** A frame that the gate holds or lets out. */
export interface OutFrame {
  readonly to: readonly Connection[];
  readonly message: ToClient;
  readonly of: Pick<LiveMatch<OutFrame>, "unprotected">;
}

export function deliver({ to, message, of }: OutFrame): void {
  for (const connection of to) connection.toClient(message, of.unprotected);
}

const stateBytes = 60;
const answerBytes = 20;
const inputsBufferedMax = 32;

export interface BodyParts {
  readonly live: LiveMatch<OutFrame>;
  /** Unique, one after the other. */
  readonly sessionId: () => string;
  readonly token: () => string;
  /** The match stopped here; the body is of no use any more. */
  readonly onStopped: (why: { code: string; message: string }) => void;
  readonly onOver: () => void;
}

interface Visit {
  readonly connection: Connection;
  /** Its welcome is on its way: from here on it gets patches. */
  admitted: boolean;
}

export class SimulatedBody implements Body<OutFrame> {
  readonly live: LiveMatch<OutFrame>;
  readonly #parts: BodyParts;
  readonly #visits = new Map<string, Visit>();
  readonly #inputs = new Map<string, NumericInput[]>();

  constructor(parts: BodyParts) {
    this.#parts = parts;
    this.live = parts.live;
    // No connection outlived the process that had them: every seat is dropped, and held.
    for (const seat of this.live.match.state.seats) {
      if (seat.droppedAt === undefined) this.live.match.drop(seat.sessionId);
    }
    this.live.attachRoom(this);
  }

  hello(connection: Connection, user: string, token: string | undefined): string | undefined {
    if (token !== undefined) return this.#resume(connection, token);
    const sessionId = this.#parts.sessionId();
    const joining = { sessionId, userId: user, name: user, token: this.#parts.token(), spectate: false };
    const result = this.live.match.join(joining);
    if (!result.ok) {
      connection.close(result.reason === "seat/full" ? "full" : "over");
      return undefined;
    }
    this.#visit(connection, sessionId, result.applied);
    return sessionId;
  }

  receive(connection: Connection, sessionId: string, message: Exclude<ToServer, { kind: "hello" }>): void {
    switch (message.kind) {
      case "input": {
        const waiting = this.#inputs.get(sessionId) ?? [];
        this.#inputs.set(sessionId, waiting);
        const input: LedgerInput = { seq: message.seq, amount: message.amount };
        if (waiting.length < inputsBufferedMax) waiting.push(input);
        break;
      }
      case "command":
        void this.#command(connection, sessionId, message);
        break;
      case "poison":
        void this.live.match.command(sessionId, { id: 0, name: "fail", payload: {} });
        break;
      case "leave":
        this.live.match.leave(sessionId);
        break;
    }
  }

  gone(connection: Connection, sessionId: string): void {
    if (this.#visits.get(sessionId)?.connection !== connection) return;
    this.#visits.delete(sessionId);
    this.#inputs.delete(sessionId);
    this.live.match.drop(sessionId);
  }

  /** This process gives the match up without a word to it. */
  abandon(reason: CloseReason): void {
    for (const { connection } of this.#visits.values()) connection.close(reason);
    this.#visits.clear();
  }

  takeInputs = (sessionId: string, max: number): readonly NumericInput[] =>
    this.#inputs.get(sessionId)?.splice(0, max) ?? [];

  patch(): Outgoing<OutFrame> | undefined {
    const to = [...this.#visits.values()].filter(({ admitted }) => admitted);
    if (to.length === 0) return undefined;
    const connections = to.map(({ connection }) => connection);
    const message = { kind: "state", seen: this.#seen() } as const;
    return { frame: { to: connections, message, of: this.live }, bytes: stateBytes * to.length };
  }

  noRoom({ to }: OutFrame): void {
    for (const connection of to) connection.break();
  }

  seatGone(sessionId: string): void {
    this.#visits.get(sessionId)?.connection.close("left");
    this.#visits.delete(sessionId);
    this.#inputs.delete(sessionId);
  }

  frozen(): void {}

  over(): void {
    for (const { connection } of this.#visits.values()) connection.toClient({ kind: "over" });
    this.abandon("over");
    this.#parts.onOver();
  }

  stopped(why: { code: string; message: string }): void {
    this.abandon(why.code === "match/failed" ? "failed" : "come-back");
    this.#parts.onStopped(why);
  }

  #resume(connection: Connection, token: string): string | undefined {
    const seat = this.live.match.state.seats.find((held) => held.token === token);
    if (seat === undefined) {
      connection.close("no-seat");
      return undefined;
    }
    const { sessionId } = seat;
    const old = this.#visits.get(sessionId)?.connection;
    if (old !== undefined) {
      this.gone(old, sessionId);
      old.close("come-back");
    }
    const back = this.live.lifecycle === "running" ? this.live.match.comeBack(sessionId) : Promise.resolve();
    this.#visit(connection, sessionId, back);
    return sessionId;
  }

  #visit(connection: Connection, sessionId: string, applied: Promise<void>): void {
    const visit: Visit = { connection, admitted: false };
    this.#visits.set(sessionId, visit);
    this.#inputs.delete(sessionId);
    void applied.then(() => {
      if (this.#visits.get(sessionId) === visit) this.#admit(sessionId, visit);
    });
  }

  #admit(sessionId: string, visit: Visit): void {
    const seat = this.live.match.seat(sessionId);
    if (seat === undefined) {
      visit.connection.close("no-seat");
      return;
    }
    visit.admitted = true;
    const { token, lastInputSeq, lastCommandId } = seat;
    const seen = this.#seen();
    const welcome = { kind: "welcome", seen, sessionId, token, lastInputSeq, lastCommandId } as const;
    this.#send([visit.connection], welcome, stateBytes);
  }

  async #command(
    connection: Connection,
    sessionId: string,
    { id, text }: { id: number; text: string },
  ): Promise<void> {
    const answer: CommandAnswer = await this.live.match.command(sessionId, {
      id,
      name: "say",
      payload: { text },
    });
    this.#send([connection], { kind: "answer", id, answer }, answerBytes);
  }

  /** What does not fit into the gate is not sent: its receivers come back for the full state. */
  #send(to: readonly Connection[], message: ToClient, bytes: number): void {
    if (this.live.lifecycle === "stopped" || this.live.send({ to, message, of: this.live }, bytes)) return;
    for (const connection of to) connection.break();
  }

  #seen(): Seen {
    const { match, id, epoch } = this.live;
    return { match: id, epoch, tick: match.tick, hash: seenHash(match.game, match.state) };
  }
}

/** One text for all that a match's clients may rely on at a tick. */
export function seenHash(game: AnyGame, state: MatchState): string {
  const seats = state.seats.map((seat) => [
    seat.seat,
    seat.sessionId,
    seat.userId,
    seat.token,
    seat.droppedAt ?? -1,
    seat.lastInputSeq,
    seat.lastCommandId,
  ]);
  return hashPlain([game.view.of(state.world), seats]);
}
