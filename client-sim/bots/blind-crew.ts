/**
 * Bots that decode nothing: they join, send random inputs at the game's pace (or, in a game without inputs, commands), count what they are sent and acknowledged, and
 * join again when their connection ends. Several times as many of them fit on a core, to load a server; for a server they
 * are players like others. They see nothing wrong in what they are sent.
 */

import { setTimeout as pause } from "node:timers/promises";
import { reserveSeat } from "../../shared/client/api.ts";
import { beginSession } from "../../shared/client/sessions.ts";
import { LightClient, type PatchCounts } from "../bench/light-client.ts";
import { lightMoves } from "../bench/light-moves.ts";
import type { PlayedGame } from "../which-game.ts";
import { stepsPerSecondOf } from "./brains.ts";
import type { Crew, CrewPlan, CrewProgress } from "./crew.ts";
import { CrewCost } from "./crew-cost.ts";
import { InputTimer } from "./input-timer.ts";
import { botName } from "./names.ts";
import { type BotFigures, figuresOf, thinned } from "./report.ts";

const joiningAtOnce = 8;
const messagesMax = 5;
/** The last times from an input to its acknowledgement. */
const ackMsMax = 200_000;
/** From the first byte of a connection to the first state. */
const joinMsMax = 15_000;
const rejoinPauseMs = 1000;
const leaveMsMax = 3000;
const lookEveryMs = 20;

interface BlindParts {
  readonly name: string;
  readonly seed: number;
  readonly url: string;
}

export class BlindCrew implements Crew {
  readonly #plan: CrewPlan;
  readonly #played: PlayedGame;
  readonly #timer: InputTimer;
  readonly #cost: CrewCost;
  readonly #counts: PatchCounts = { patches: 0, answers: 0, bytes: 0 };
  readonly #ackMs: number[] = [];
  readonly #matches = new Set<string>();
  readonly #messages = new Set<string>();
  readonly #clients = new Set<LightClient>();
  #inputs = 0;
  #commands = 0;
  #disconnects = 0;
  #reconnects = 0;
  #errors = 0;
  #stopping = false;

  constructor(plan: CrewPlan, played: PlayedGame) {
    this.#plan = plan;
    this.#played = played;
    this.#timer = new InputTimer(stepsPerSecondOf(played.game));
    this.#cost = new CrewCost(this.#timer);
  }

  get progress(): CrewProgress {
    const { patches } = this.#counts;
    return { playing: this.#clients.size, patches, reconnects: this.#reconnects, errors: this.#errors };
  }

  get messages(): readonly string[] {
    return [...this.#messages].slice(0, messagesMax);
  }

  async start(): Promise<void> {
    const { first, players, url: all, seed } = this.#plan;
    let next = 0;
    const joiner = async () => {
      while (next < players && !this.#stopping) {
        const index = first + next++;
        const url = all[index % all.length]!;
        await this.#join({ name: botName(index), seed: (Math.imul(seed + 1, index + 1) + index) >>> 0, url });
      }
    };
    await Promise.all(Array.from({ length: joiningAtOnce }, joiner));
  }

  async finish(): Promise<BotFigures> {
    this.#stopping = true;
    const cost = this.#cost.end();
    const { players } = this.#plan;
    const notConnected = players - this.#clients.size;
    const { counts, ...lists } = figuresOf([], { ...cost, notConnected });
    const { patches, bytes, answers: commandsAnswered } = this.#counts;
    const figures: BotFigures = {
      ...lists,
      ...{ matches: [...this.#matches], ackMs: thinned(this.#ackMs) },
      counts: {
        ...{ ...counts, players, patches, bytes, inputs: this.#inputs, errors: this.#errors },
        ...{ commands: this.#commands, commandsAnswered },
        ...{ disconnects: this.#disconnects, reconnects: this.#reconnects },
      },
    };
    for (const client of this.#clients) client.leave();
    const untilMs = performance.now() + leaveMsMax;
    while ([...this.#clients].some(({ lost }) => !lost) && performance.now() < untilMs)
      await pause(lookEveryMs);
    return figures;
  }

  /** Resolves when it plays, or could not join; then it tries again by itself. */
  async #join(bot: BlindParts): Promise<void> {
    const { game, options } = this.#played;
    try {
      const { token } = await beginSession({ url: bot.url }, bot.name);
      const joined = await reserveSeat({ url: bot.url, token }, { game: game.name, name: bot.name, options });
      const client = await inTime(
        LightClient.join({
          ...{ url: bot.url, seat: joined.reservation, counts: this.#counts },
          times: { patchAfter: () => {}, inputSeenAfter: (ms) => this.#noteAck(ms) },
        }),
      );
      this.#matches.add(client.matchId);
      this.#clients.add(client);
      this.#play(bot, client);
    } catch (error) {
      this.#errors += 1;
      this.#messages.add((error as Error).message);
      this.#joinLater(bot);
    }
  }

  #play(bot: BlindParts, client: LightClient): void {
    const moves = lightMoves(this.#played.game, { random: bot.seed });
    const source = {
      step: () => {
        if (client.lost) {
          this.#timer.remove(source);
          if (this.#stopping) return;
          this.#clients.delete(client);
          this.#disconnects += 1;
          this.#joinLater(bot, () => {
            this.#reconnects += 1;
          });
          return;
        }
        const { input, command } = moves(client);
        if (input !== undefined) this.#inputs += 1;
        if (command !== undefined) this.#commands += 1;
      },
    };
    this.#timer.add(source);
  }

  #joinLater(bot: BlindParts, done = () => {}): void {
    if (this.#stopping) return;
    setTimeout(() => {
      if (!this.#stopping) void this.#join(bot).then(done);
    }, rejoinPauseMs);
  }

  #noteAck(ms: number): void {
    if (this.#ackMs.length >= ackMsMax) this.#ackMs.splice(0, ackMsMax / 2);
    this.#ackMs.push(ms);
  }
}

/** A server that closes the connection before it has let anybody in would be waited for for ever. */
async function inTime<Value>(joining: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not let in within ${joinMsMax} ms`)), joinMsMax);
  try {
    return await Promise.race([joining, promise]);
  } finally {
    clearTimeout(timer);
  }
}
