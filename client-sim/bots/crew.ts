/**
 * The bots of one process: starts them in a steady stream, stops them, and adds up what they measured, with what their own
 * process could not keep up with. It knows no command line, and no other process.
 */

import { setTimeout as pause } from "node:timers/promises";
import { joinMatch } from "../../shared/client/follow-match.ts";
import type { PlayedGame } from "../which-game.ts";
import { Bot } from "./bot.ts";
import { stepsPerSecondOf } from "./brains.ts";
import type { Join } from "./connection.ts";
import { CrewCost } from "./crew-cost.ts";
import { type HouseSeats, houseJoin } from "./house-seats.ts";
import { InputTimer } from "./input-timer.ts";
import { botName } from "./names.ts";
import { queueing } from "./queueing.ts";
import { type BotFigures, figuresOf } from "./report.ts";
import { mixedLevel } from "./skill.ts";

/** Limit of bots that join at the same time; more would only wait at the server. */
const joiningAtOnce = 8;
const joinEveryMs = 5;
const messagesMax = 5;
const connected: ReadonlySet<string | undefined> = new Set(["playing", "over"]);

export interface CrewPlan {
  readonly url: readonly string[];
  /** Rated matches of this queue; undefined: any match. */
  readonly queue: string | undefined;
  readonly seed: number;
  /** The first of them has this number among all bots: it gives them their names and their chance. */
  readonly first: number;
  readonly players: number;
  /** They decode nothing of what they are sent (blind-crew.ts). */
  readonly blind?: boolean;
}

/** Bots of a process, of whatever kind. */
export interface Crew {
  readonly progress: CrewProgress;
  readonly messages: readonly string[];
  start(): Promise<void>;
  finish(): Promise<BotFigures>;
}

/** While they play. */
export interface CrewProgress {
  readonly playing: number;
  readonly patches: number;
  readonly reconnects: number;
  readonly errors: number;
}

export class BotCrew implements Crew {
  readonly #plan: CrewPlan;
  readonly #played: PlayedGame;
  readonly #seats: HouseSeats | undefined;
  readonly #bots: readonly Bot[];
  readonly #timer: InputTimer;
  readonly #cost: CrewCost;
  #stopping = false;

  /** @param seats kept from one start to the next; undefined: they begin anew */
  constructor(plan: CrewPlan, played: PlayedGame, seats?: HouseSeats) {
    this.#plan = plan;
    this.#played = played;
    this.#seats = seats;
    this.#timer = new InputTimer(stepsPerSecondOf(played.game));
    this.#bots = Array.from({ length: plan.players }, (_, at) => this.#newBot(plan.first + at));
    this.#cost = new CrewCost(this.#timer);
  }

  get progress(): CrewProgress {
    const tallies = this.#bots.map((bot) => bot.tally);
    const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
    return {
      playing: this.#bots.filter((bot) => bot.isPlaying).length,
      patches: sum(tallies.map((tally) => tally.patches)),
      reconnects: sum(tallies.map(({ reconnects }) => reconnects)),
      errors: sum(tallies.map(({ errors }) => errors)),
    };
  }

  /** Messages of what went wrong, each once. */
  get messages(): readonly string[] {
    return [...new Set(this.#bots.flatMap((bot) => bot.tally.lastErrors))].slice(0, messagesMax);
  }

  /** Starts all: only a few join at the same time. Resolves when the last one was started. */
  async start(): Promise<void> {
    for (const [index, bot] of this.#bots.entries()) {
      if (this.#stopping) return;
      bot.start();
      if (index < joiningAtOnce) continue;
      const earlier = this.#bots[index - joiningAtOnce]!;
      for (let waits = 0; waits < 40 && !earlier.connection && !this.#stopping; waits++)
        await pause(joinEveryMs);
    }
  }

  /** All of them leave. @returns what they had measured before */
  async finish(): Promise<BotFigures> {
    this.#stopping = true;
    const cost = this.#cost.end();
    const figures = figuresOf(
      this.#bots.map((bot) => bot.tally),
      {
        ...cost,
        notConnected: this.#bots.filter(({ connection }) => !connected.has(connection?.state.kind)).length,
      },
    );
    await Promise.all(this.#bots.map((bot) => bot.stop()));
    return figures;
  }

  #newBot(index: number): Bot {
    const { url: all, seed: given } = this.#plan;
    const seed = (Math.imul(given + 1, 0x9e3779b1) + Math.imul(index + 1, 0x85ebca6b)) >>> 0;
    // The bots begin with different servers, and go on with the next ones.
    const first = index % all.length;
    const url = [...all.slice(first), ...all.slice(0, first)];
    const { game } = this.#played;
    const level = this.#seats === undefined ? {} : { level: mixedLevel(index) };
    return new Bot({
      name: botName(index),
      seed,
      timer: this.#timer,
      game,
      join: this.#joinOf(url),
      ...level,
    });
  }

  #joinOf(url: readonly string[]): Join {
    const { game, options } = this.#played;
    if (this.#seats !== undefined) return houseJoin(url, this.#seats, this.#played);
    if (this.#plan.queue !== undefined) return queueing(url, this.#plan.queue, game.name);
    return (name) => joinMatch({ url, game: game.name, options, name, api: { attemptsMax: 3 } });
  }
}
