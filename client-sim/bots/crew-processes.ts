/**
 * Bots in several processes, of which each uses a core of its own: starts them, stops them, and collects what they measured.
 * A process that dies is named, and the others play on. None outlives this one.
 */
import { type ChildProcess, fork } from "node:child_process";
import { programPath } from "../../shared/command-line/program-path.ts";
import { endsWithUs } from "../processes/ends-with-us.ts";
import type { CrewPlan, CrewProgress } from "./crew.ts";
import type { CrewNews, CrewOrder } from "./crew-process.ts";
import { type BotFigures, merged } from "./report.ts";

const program = programPath(import.meta.url, "./crew-process.ts");
/** Until a process has answered with its figures and ended. To leave takes a bot a few seconds at most. */
const stopMsMax = 20_000;
const noProgress: CrewProgress = { playing: 0, patches: 0, reconnects: 0, errors: 0 };

export type CrewFlags = Extract<CrewOrder, { type: "play" }>["flags"];

interface CrewPart {
  readonly name: string;
  readonly players: number;
  readonly child: ChildProcess;
  progress: CrewProgress;
  figures: BotFigures | undefined;
  messages: readonly string[];
  /** Resolves when it has given its figures, or is dead. */
  readonly done: Promise<void>;
  readonly gone: Promise<void>;
}

export class CrewProcesses {
  readonly #parts: readonly CrewPart[];

  /** Starts them at once. @param onDeath called with the process and how it died, when nobody asked it to */
  constructor(
    plan: CrewPlan,
    flags: CrewFlags,
    given: { readonly processes: number; readonly onDeath: (message: string) => void },
  ) {
    this.#parts = shares(plan, given.processes).map((share, index) => {
      const name = `process ${index + 1} of ${given.processes}`;
      return started(name, { type: "play", plan: share, flags }, given.onDeath);
    });
  }

  get pids(): readonly number[] {
    return this.#parts.map(({ child }) => child.pid!);
  }

  get progress(): CrewProgress {
    return this.#parts.reduce((all, { progress }) => added(all, progress), noProgress);
  }

  /** Messages of what went wrong, with the process that said so. */
  get messages(): readonly string[] {
    return this.#parts.flatMap(({ name, messages }) => messages.map((message) => `${name}: ${message}`));
  }

  /** All of them leave, and end. Bots of a process that died, or does not answer, count as not connected. */
  async finish(): Promise<BotFigures> {
    for (const { child } of this.#parts)
      if (child.connected) child.send({ type: "stop" } satisfies CrewOrder);
    const late = setTimeout(() => this.#kill(), stopMsMax);
    await Promise.all(this.#parts.map(({ done }) => done));
    for (const { child } of this.#parts) if (child.connected) child.disconnect();
    await Promise.all(this.#parts.map(({ gone }) => gone));
    clearTimeout(late);
    return merged(this.#parts.map((part) => part.figures ?? nothingOf(part)));
  }

  #kill(): void {
    for (const { child } of this.#parts) child.kill("SIGKILL");
  }
}

/** Which bots each process plays: numbers in a row. */
export function shares(plan: CrewPlan, processes: number): readonly CrewPlan[] {
  return Array.from({ length: processes }, (_, index) => {
    const [from, to] = [index, index + 1].map((part) => Math.floor((part * plan.players) / processes));
    return { ...plan, first: plan.first + from!, players: to! - from! };
  });
}

function started(
  name: string,
  order: CrewOrder & { type: "play" },
  onDeath: (message: string) => void,
): CrewPart {
  const child = fork(program, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  endsWithUs(child, "SIGKILL");
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const { promise: gone, resolve: ended } = Promise.withResolvers<void>();
  const { players } = order.plan;
  const part: CrewPart = {
    name,
    players,
    child,
    progress: noProgress,
    figures: undefined,
    messages: [],
    done,
    gone,
  };
  child.on("message", (news: CrewNews) => {
    if (news.type === "progress") part.progress = news;
    else {
      Object.assign(part, { figures: news.figures, messages: news.messages });
      resolve();
    }
  });
  const end = (why: string) => {
    part.progress = { ...part.progress, playing: 0 };
    if (part.figures === undefined) onDeath(`${name} (pid ${child.pid}) ${why}`);
    resolve();
    ended();
  };
  child.once("exit", (code, signal) => end(`ended by itself: ${signal ?? `exit code ${code}`}`));
  // It could not be started, or not be told something: then there is an exit, too, if there was a process.
  child.on("error", (error) => {
    if (child.pid === undefined) end(`could not be started: ${error.message}`);
  });
  child.send(order);
  return part;
}

function nothingOf({ players, progress }: CrewPart): BotFigures {
  const { counts, ...lists } = merged([]);
  const { reconnects, errors, patches } = progress;
  return {
    ...lists,
    counts: { ...counts, players, processes: 1, notConnected: players, reconnects, errors, patches },
  };
}

function added(one: CrewProgress, other: CrewProgress): CrewProgress {
  return {
    playing: one.playing + other.playing,
    patches: one.patches + other.patches,
    reconnects: one.reconnects + other.reconnects,
    errors: one.errors + other.errors,
  };
}
