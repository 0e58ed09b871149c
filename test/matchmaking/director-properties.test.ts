/**
 * Random days of a queue: players that queue, hang up, ask again and go; directors that die at any moment and are
 * replaced; seats that come late or not at all; and between all of them and the store a line that loses and delays.
 */
import { expect } from "vitest";
import type { Director } from "../../server/matchmaking/director/director.ts";
import type { SeatingResult } from "../../server/matchmaking/director/seating.ts";
import type { MatchmakingParts } from "../../server/matchmaking/parts.ts";
import { createTicket } from "../../server/matchmaking/tickets/create-ticket.ts";
import { hasEnded } from "../../server/matchmaking/tickets/ticket.ts";
import { cancelTicket, waitForTicket } from "../../server/matchmaking/tickets/tickets.ts";
import { type BadLine, behind, TicketRecorder } from "../rows/recording-store.ts";
import { Chance } from "../simulation/chance.ts";
import { promisesSettled } from "../simulation/scheduler.ts";
import { fc, test } from "./async-property.ts";
import { duelWish, EasySeating, type World, world } from "./world.ts";

const players = 12;
const directors = 3;
const faultyMs = 20_000;
const quietMs = 15_000;

class Run {
  readonly chance: Chance;
  readonly recorder = new TicketRecorder();
  readonly parts: World;
  readonly lines: BadLine[] = [];
  readonly seating = new EasySeating();
  isFaulty = true;
  /** Tickets that a player holds for real: their creation was answered. */
  readonly answered = new Set<string>();

  constructor(seed: number) {
    this.chance = new Chance(seed);
    const inner = world(undefined, promisesSettled);
    this.parts = { ...inner, store: this.recorder.of(inner.store) };
    this.seating.before = () => this.#mood();
  }

  line(): BadLine {
    const line: BadLine = {
      chance: this.chance,
      later: this.parts.later,
      percent: { lost: 4, unanswered: 4, late: 3 },
      delayMsMax: this.chance.pick([2, 20, 150]),
      isCut: false,
    };
    this.lines.push(line);
    return line;
  }

  /** A director that dies, at some moment, and leaves its place to the next. */
  async direct(): Promise<void> {
    while (this.isFaulty) {
      const line = this.line();
      const director: Director = this.parts.director(this.seating, behind(line, this.parts.store));
      director.start();
      await this.pause(this.chance.between(500, 8000));
      if (this.isFaulty) line.isCut = true;
    }
  }

  /** A player that wants to play, again and again. */
  async play(userId: string): Promise<void> {
    const line = this.line();
    const parts: MatchmakingParts = { ...this.parts, store: behind(line, this.parts.store) };
    for (let round = 0; this.isFaulty; round++) {
      const ticketId = await this.#queue(parts, { userId, round });
      if (ticketId === undefined) return;
      const patienceMs = this.chance.between(200, 12_000);
      const untilMs = parts.nowMs() + patienceMs;
      while (this.isFaulty && parts.nowMs() < untilMs) {
        const found = await waitForTicket(parts, { ticketId, userId, waitMs: 2000 }).catch(() => undefined);
        if (found?.ok && hasEnded(found.ticket)) break;
        if (!found) await this.pause(50);
      }
      if (this.chance.happens(30)) await cancelTicket(parts, { ticketId, userId }).catch(() => {});
      await this.pause(this.chance.between(0, 500));
    }
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.parts.later(ms, resolve));
  }

  calm(): void {
    this.isFaulty = false;
    for (const line of this.lines) {
      line.percent = { lost: 0, unanswered: 0, late: 0 };
      line.delayMsMax = 5;
    }
  }

  /** Asks until it is answered, under one key, as a client does. */
  async #queue(
    parts: MatchmakingParts,
    { userId, round }: { userId: string; round: number },
  ): Promise<string | undefined> {
    for (;;) {
      const request = { userId, idempotencyKey: `round ${round}`, wish: duelWish(userId) };
      const result = await createTicket(parts, request).catch(() => undefined);
      if (result?.ok) {
        this.answered.add(result.ticket.id);
        return result.ticket.id;
      }
      if (result && "ticketId" in result && result.ticketId) return result.ticketId;
      if (!this.isFaulty) return undefined;
      await this.pause(50);
    }
  }

  async #mood(): Promise<SeatingResult | undefined> {
    await this.pause(this.chance.between(0, this.isFaulty ? 1500 : 20));
    if (!this.isFaulty) return undefined;
    if (this.chance.happens(5)) return new Promise<never>(() => {});
    if (this.chance.happens(5)) throw new Error("a node died");
    return this.chance.happens(10) ? { ok: false, code: "node/full" } : undefined;
  }
}

test(
  "[P8.4] whatever fails, a ticket is in one state at a time, nobody is assigned twice, and nobody is lost",
  [fc.integer({ min: 0, max: 2 ** 31 })],
  async (seed) => {
    const run = new Run(seed);
    for (let at = 0; at < players; at++) void run.play(`player-${at}`);
    for (let at = 0; at < directors; at++) void run.direct();
    await run.parts.pass(faultyMs);
    run.calm();
    await run.parts.pass(quietMs);

    const { recorder, answered } = run;
    expect(recorder.problems).toEqual([]);
    // The pair of a match is assigned in one write, to the seats of one match.
    for (const [matchId, { userIds, commits }] of recorder.matches) {
      expect([matchId, commits, userIds.length]).toEqual([matchId, 1, 2]);
      expect(run.seating.matches.get(matchId)!.toSorted()).toEqual(userIds.toSorted());
    }
    expect([...answered].filter((id) => !recorder.tickets.has(id))).toEqual([]);
    // With everything well again, only one without a partner waits on.
    expect(recorder.alive.map(({ state }) => state)).toEqual(recorder.alive.length === 1 ? ["waiting"] : []);
    expect(recorder.assignments).toBeGreaterThan(0);
    expect(run.parts.logged.filter(({ message }) => message === "a proposal failed")).toEqual([]);
  },
  40,
);
