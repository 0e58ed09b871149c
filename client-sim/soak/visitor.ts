/**
 * A client that comes and goes: it plays for a while, then leaves, floods, sleeps, loses the connection or returns with
 * the same session. It never gives up: failures are counted, and it tries again.
 */
import { joinMatch } from "../../shared/client/follow-match.ts";
import { beginSession } from "../../shared/client/sessions.ts";
import { someCommand } from "../bots/any-game/random-payload.ts";
import { Bot } from "../bots/bot.ts";
import type { Join } from "../bots/connection.ts";
import type { InputTimer } from "../bots/input-timer.ts";
import { joinPlainly, type PlainConnection } from "../chaos/workload/plain-connection.ts";
import type { Dice } from "../fuzz/dice.ts";
import type { PlayedGame } from "../which-game.ts";

export const moods = ["leave", "flood", "sleep", "hang-up", "return"] as const;
export type Mood = (typeof moods)[number];

const floodCommands = 400;
const visitMsMin = 3000;
const visitMsSpread = 12_000;
const sleepMsMax = 8000;

export interface VisitorParts {
  readonly url: string;
  readonly played: PlayedGame;
  readonly name: string;
  readonly dice: Dice;
  readonly timer: InputTimer;
  /** Rejects when the run is over. */
  readonly pause: (ms: number) => Promise<void>;
  readonly did: (mood: Mood) => void;
}

export class Visitor {
  readonly #parts: VisitorParts;
  #plain: PlainConnection | undefined;
  #session: string | undefined;
  bot: Bot;

  constructor(parts: VisitorParts) {
    this.#parts = parts;
    this.bot = this.#newBot();
  }

  /** Ends when the run is over. */
  async live(): Promise<void> {
    const { dice, pause, did } = this.#parts;
    this.bot.start();
    try {
      for (;;) {
        await pause(visitMsMin + dice.below(visitMsSpread));
        const mood = dice.pick(moods);
        did(mood);
        await this.#follow(mood);
      }
    } catch {
      // The run has ended.
    }
    await this.bot.stop();
  }

  async #follow(mood: Mood): Promise<void> {
    const { dice, pause } = this.#parts;
    switch (mood) {
      case "leave":
        return this.bot.rejoin();
      case "flood":
        return this.#flood();
      case "hang-up":
        return this.#plain?.hangUp();
      case "sleep":
        await this.bot.stop();
        await pause(dice.below(sleepMsMax));
        break;
      case "return":
        // Like another device, or a closed page: only the session is left.
        void this.bot.stop();
        break;
    }
    this.bot = this.#newBot();
    this.bot.start();
  }

  /** Sends more than is allowed in a second; the server may refuse, or end the connection. */
  async #flood(): Promise<void> {
    const { played, dice } = this.#parts;
    const random = { random: dice.uint32() };
    for (let left = floodCommands; left > 0; left--) {
      // A game without commands has them refused.
      const { name, payload } = someCommand(played.game, random) ?? { name: "none", payload: {} };
      this.bot.connection?.command(name, payload).catch(() => {});
      if (left % 50 === 0) await this.#parts.pause(20);
    }
  }

  #newBot(): Bot {
    const { name, dice, timer, played } = this.#parts;
    return new Bot({
      ...{ name, game: played.game },
      seed: dice.uint32(),
      timer,
      join: dice.oneIn(2) ? this.#ours() : this.#plainly(),
    });
  }

  #ours(): Join {
    const { url, played } = this.#parts;
    const { game, options } = played;
    return async (name) => {
      this.#session ??= (await beginSession({ url }, name)).token;
      return joinMatch({ url, game: game.name, options, name, session: this.#session });
    };
  }

  #plainly(): Join {
    const { url, played } = this.#parts;
    const { game, options } = played;
    return async (name) => {
      this.#plain = await joinPlainly(url, (client) => client.joinOrCreate(game.name, { name, options }));
      return this.#plain;
    };
  }
}
