/**
 * One bot: it joins a match, plays it, and when it is over joins the next one, until it is stopped. Owns its
 * connection; the timer gives it its steps, the brain its inputs and commands.
 */
import type { ConnectionState } from "../../shared/client/connection-state.ts";
import { nextBelow, type RandomState } from "../../shared/game/deterministic/random.ts";
import type { AnyGame, CommandAnswer } from "../../shared/game/game.ts";
import { arena } from "../../shared/games/arena/game.ts";
import type { BotBrain } from "./bot-brain.ts";
import type { CommandPace } from "./bot-commands.ts";
import { brainFor, showsEnd, stepsPerSecondOf } from "./brains.ts";
import type { Connection, Join } from "./connection.ts";
import type { InputTimer } from "./input-timer.ts";
import type { LevelName } from "./skill.ts";
import { BotTally } from "./tally.ts";

/** The server closes the room of a finished match 10 s after its end; after this long the bot leaves by itself. */
const resultSecondsMax = 13;
/** A bot that is not back after this long looks for another match. */
const awaySecondsMax = 45;
const rejoinPauseMsMax = 8000;

/** Callbacks for a program that checks the server; the bot itself needs none of them. */
export interface Observer {
  /** The bot is in a match and has the first View. */
  joined(connection: Connection): void;
  saw(view: object): void;
  /** @returns a function that is called with the answer, if one arrives */
  asked(command: { name: string; payload: unknown }): (answer: CommandAnswer) => void;
  /** The connection is gone for good. */
  left(state: ConnectionState & { kind: "left" }): void;
}

export interface BotParts {
  readonly name: string;
  readonly seed: number;
  readonly join: Join;
  /** It gives `stepsPerSecondOf` the game. */
  readonly timer: InputTimer;
  /** The arena without it. */
  readonly game?: AnyGame;
  readonly observer?: Observer;
  readonly pace?: CommandPace;
  /** How well it plays the arena; by chance without it. */
  readonly level?: LevelName;
  /** A chat line; small talk without it. */
  readonly text?: () => string;
}

export class Bot {
  readonly name: string;
  readonly tally = new BotTally();
  readonly #parts: BotParts;
  readonly #random: RandomState;
  readonly #game: AnyGame;
  readonly #brain: BotBrain;
  #unanswered = 0;
  #connection: Connection | undefined;
  #stopping = false;
  readonly #stopped = new AbortController();
  /** The bot is ending the present connection itself. */
  #leaving = false;
  #wakeUp: (() => void) | undefined;
  #stepsAway = 0;
  #running: Promise<void> | undefined;

  constructor(parts: BotParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.#random = { random: parts.seed >>> 0 };
    const { game = arena, pace, text, level } = parts;
    this.#game = game;
    this.#brain = brainFor(game, { random: this.#random, pace, text, level });
  }

  get connection(): Connection | undefined {
    return this.#connection;
  }

  get isPlaying(): boolean {
    return this.#connection?.state.kind === "playing";
  }

  /** Plays until `stop`. It never fails: errors are counted, and it tries again. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Gives up its seat. Resolves when the connection is closed; bounded by the connection's own limits. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#stopped.abort();
    this.#wakeUp?.();
    await this.#leave();
    await this.#running;
  }

  /** Leaves the match and joins one again. */
  async rejoin(): Promise<void> {
    await this.#leave();
  }

  step(): void {
    const connection = this.#connection;
    if (!connection || this.#leaving) return;
    const { kind } = connection.state;
    if (kind !== "playing" || showsEnd(this.#game, connection.view)) {
      this.#stepAside(kind);
      return;
    }
    this.#stepsAway = 0;
    const { seat } = connection.welcome;
    if (seat === "spectator") return;
    const { input, command } = this.#brain.next(connection.view, seat, this.#unanswered > 0);
    if (input) connection.sendInput(input);
    if (command) void this.#ask(connection, command);
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stopping; ) {
      try {
        const connection = await this.#parts.join(this.name, this.#stopped.signal);
        failures = 0;
        await this.#play(connection);
      } catch (error) {
        failures += 1;
        this.tally.failed(error as Error);
      }
      if (!this.#stopping) await this.#pause(this.#pauseMs(failures));
    }
  }

  /** From the first View to the end of the connection. */
  async #play(connection: Connection): Promise<void> {
    const { timer, observer } = this.#parts;
    this.#connection = connection;
    this.#leaving = false;
    this.#stepsAway = 0;
    this.tally.joined(connection);
    observer?.joined(connection);
    if (observer) connection.onPatch((view) => observer.saw(view));
    const left = new Promise<ConnectionState & { kind: "left" }>((resolve) => {
      const look = (state: ConnectionState) => {
        this.tally.entered(state);
        if (state.kind === "left") resolve(state);
      };
      connection.onState(look);
      if (connection.state.kind === "left") look(connection.state);
    });
    timer.add(this);
    if (this.#stopping) void this.#leave();
    const end = await left;
    timer.remove(this);
    observer?.left(end);
    this.tally.left(connection);
    this.#connection = undefined;
  }

  /** The match is over or the connection is lost: waits for the server, but not for ever. */
  #stepAside(kind: ConnectionState["kind"]): void {
    this.#stepsAway += 1;
    const secondsMax = kind === "reconnecting" ? awaySecondsMax : resultSecondsMax;
    if (this.#stepsAway === secondsMax * stepsPerSecondOf(this.#game)) void this.#leave();
  }

  async #leave(): Promise<void> {
    this.#leaving = true;
    await this.#connection?.leave();
  }

  async #ask(connection: Connection, command: { name: string; payload: unknown }): Promise<void> {
    const answered = this.#parts.observer?.asked(command);
    this.tally.commands += 1;
    this.#unanswered += 1;
    try {
      const answer = await connection.command(command.name, command.payload);
      answered?.(answer);
      this.tally.commandsAnswered += 1;
    } catch (error) {
      // To leave with a command unanswered is no error.
      if (!this.#leaving && connection.state.kind !== "left") this.tally.failed(error as Error);
    } finally {
      this.#unanswered -= 1;
    }
  }

  #pauseMs(failures: number): number {
    const most = Math.min(rejoinPauseMsMax, 250 * 2 ** failures);
    return most / 2 + nextBelow(this.#random, most / 2);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
