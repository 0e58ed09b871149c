/**
 * One run of fuzzing from start to end: a server as with `npm start`, honest players, attackers in a process of their
 * own, and then a check whether the attack had any effect. Every wait is bounded; nothing is left running.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { constants, setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { programPath } from "../../shared/command-line/program-path.ts";
import { until } from "../chaos/until.ts";
import { endsWithUs } from "../processes/ends-with-us.ts";
import { type ServerProcess, startServer } from "../processes/server-process.ts";
import { OwnLag } from "../watched/own-lag.ts";
import { lookAt, type ServerLook } from "../watched/server-look.ts";
import type { GameArguments, PlayedGame } from "../which-game.ts";
import type { AttackNews, AttackOrder } from "./attackers-process.ts";
import type { AttackKind } from "./attacks.ts";
import { type Bystanders, seatBystanders } from "./bystanders.ts";
import type { TrafficCounts } from "./target.ts";
import { type FuzzVerdict, type Observed, serversOwnMs, stoodStillMsMax, verdictOn } from "./verdict.ts";

const attackersEntry = programPath(import.meta.url, "./attackers-process.ts");
const lookEveryMs = 1000;
/** Share of the run in which the server compiles and fills its caches; its memory is measured from then on. */
const warmPart = 0.25;
const stopMsMax = 20_000;
/** Seats that attackers left are held for the grace, reservations for 15 s. */
const settleMsMax = 40_000;
const settledLooks = 4;
/** The attackers are on one machine; the server should judge what they send, not how much. */
const serverFlags = [
  ...["--seat-grace-seconds", "2", "--matches-max", "64", "--log-level", "warn"],
  ...["--rate-user-per-second", "0"],
];

export interface FuzzOptions {
  readonly played: PlayedGame;
  /** The same, for the server and the process of the attackers. */
  readonly asked: GameArguments;
  /** 0 means until every kind has made its tries. */
  readonly minutes: number;
  readonly seed: number;
  readonly kinds: readonly AttackKind[];
  readonly bystanders: number;
  /** Number of the first try, and number of tries of each kind; 0 tries means until the time is over. */
  readonly first: number;
  readonly tries: number;
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface FuzzReport extends TrafficCounts {
  readonly seed: number;
  readonly seconds: number;
  readonly processEnds: number;
  readonly matchesLost: number;
  readonly longestStandstillMs: number;
  readonly longestPatchGapMs: number;
  readonly heapMib: Observed["heapMib"];
  readonly descriptors: Observed["descriptors"];
  readonly wrongs: readonly string[];
}

export interface FuzzResult {
  readonly report: FuzzReport;
  readonly verdict: FuzzVerdict;
}

/** @throws Error when the server does not start or is interrupted */
export async function runFuzz(options: FuzzOptions): Promise<FuzzResult> {
  const dataDir = await mkdtemp(join(tmpdir(), "holdfast-fuzz-"));
  const server = await startServer({
    dataDir,
    supervised: true,
    args: [...serverFlags, "--games", options.asked.games],
  });
  try {
    return await new FuzzRun(options, server).finish();
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

class FuzzRun {
  readonly #options: FuzzOptions;
  readonly #server: ServerProcess;
  readonly #pids = new Set<number>();
  readonly #ownLag = new OwnLag();
  readonly #standstills: number[] = [];
  #longestStandstillMs = 0;
  #waitedMs: number | undefined;
  #longestGapMs = 0;
  #news: AttackNews | undefined;
  #descriptorsBefore: number | undefined;
  #heapBefore = Number.POSITIVE_INFINITY;

  constructor(options: FuzzOptions, server: ServerProcess) {
    this.#options = options;
    this.#server = server;
  }

  async finish(): Promise<FuzzResult> {
    const { bystanders: count, played, signal } = this.#options;
    const startedMs = performance.now();
    this.#seePid();
    const bystanders = await seatBystanders(this.#server.url, count, played);
    this.#descriptorsBefore = (await this.#look(bystanders))?.descriptors;
    const attackers = this.#attack(bystanders.matches);
    try {
      await this.#watch(bystanders);
      await this.#call(attackers);
      const after = await this.#settle(bystanders);
      const matchesLost = await this.#matchesLost(bystanders);
      signal.throwIfAborted();
      if (this.#pids.size > 1) this.#tellEnd();
      return this.#result({ after, matchesLost, noticed: bystanders.noticed, startedMs });
    } finally {
      attackers.kill("SIGKILL");
      this.#ownLag.close();
      await bystanders.stop();
    }
  }

  #attack(matches: readonly string[]): ChildProcess {
    const { asked, seed, kinds, first, tries } = this.#options;
    const child = fork(attackersEntry, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    endsWithUs(child, "SIGKILL");
    // The server and this process have priority, because their stalls are measured.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    child.on("message", (news: AttackNews) => {
      this.#news = news;
    });
    child.send({ url: this.#server.url, asked, seed, kinds, matches, first, tries } satisfies AttackOrder);
    return child;
  }

  /** Measures the server every second while the attack lasts. */
  async #watch(bystanders: Bystanders): Promise<void> {
    const { minutes, progress, signal } = this.#options;
    const lastsMs = minutes * 60_000;
    const startedMs = performance.now();
    for (let second = 0; ; second++) {
      await pause(lookEveryMs, undefined, { signal });
      const look = await this.#look(bystanders);
      const passedMs = performance.now() - startedMs;
      if (look !== undefined && (minutes === 0 || passedMs < warmPart * lastsMs || second < 3))
        this.#heapBefore = Math.min(this.#heapBefore, look.heapMib);
      if (second % 10 === 9) progress(this.#words(look));
      if (this.#news?.done === true || (minutes > 0 && passedMs >= lastsMs)) return;
    }
  }

  /** Tells the attackers to stop and waits for their unfinished tries. */
  async #call(attackers: ChildProcess): Promise<void> {
    if (attackers.connected) attackers.send("stop");
    await until(() => this.#news?.done === true, { msMax: stopMsMax, signal: this.#options.signal });
    attackers.kill("SIGKILL");
  }

  /** Waits until everything that the attackers held is free again, or at most for the limit. */
  async #settle(bystanders: Bystanders): Promise<ServerLook | undefined> {
    const endMs = performance.now() + settleMsMax;
    const looks: ServerLook[] = [];
    for (;;) {
      await pause(lookEveryMs, undefined, { signal: this.#options.signal });
      const look = await this.#look(bystanders);
      if (look !== undefined) looks.push(look);
      const fewer = (look?.descriptors ?? 0) <= (this.#descriptorsBefore ?? 0);
      if ((fewer && looks.length >= settledLooks) || performance.now() > endMs) break;
    }
    const last = looks.at(-1);
    // The heap goes up and down with garbage collection; its lowest point is what is in use.
    return last && { ...last, heapMib: Math.min(...looks.map(({ heapMib }) => heapMib)) };
  }

  async #look(bystanders: Bystanders): Promise<ServerLook | undefined> {
    this.#seePid();
    const look = await lookAt(this.#server.url, this.#server.pid);
    const ownMs = this.#ownLag.takeMs();
    const gapMs = bystanders.takeLongestGapMs();
    this.#longestGapMs = Math.max(this.#longestGapMs, gapMs);
    if (look === undefined || Number.isNaN(look.stoodStillMs)) return look;
    this.#longestStandstillMs = Math.max(this.#longestStandstillMs, look.stoodStillMs);
    const serversMs = serversOwnMs({ ...look, ownMs, waitedMs: this.#waitedSince(look) });
    if (serversMs > stoodStillMsMax) this.#standstills.push(serversMs);
    return look;
  }

  /** Since the look before; another process of the server counts from its start. */
  #waitedSince({ waitedMs }: ServerLook): number | undefined {
    const before = this.#waitedMs ?? 0;
    this.#waitedMs = waitedMs;
    return waitedMs === undefined || waitedMs < before ? waitedMs : waitedMs - before;
  }

  #seePid(): void {
    const { pid } = this.#server;
    if (pid !== undefined) this.#pids.add(pid);
  }

  /** A match that its own rules ended is none. */
  async #matchesLost({ matches, ended }: Bystanders): Promise<number> {
    const answer = await fetch(`${this.#server.url}/v1/matches`).then((each) => each.json());
    const there = new Set((answer as { matches: { id: string }[] }).matches.map(({ id }) => id));
    return matches.filter((id) => !there.has(id) && !ended.has(id)).length;
  }

  #result(end: {
    after: ServerLook | undefined;
    matchesLost: number;
    noticed: readonly string[];
    startedMs: number;
  }): FuzzResult {
    const { after, matchesLost, noticed, startedMs } = end;
    const counts = this.#news?.counts ?? { frames: 0, requests: 0, joinsCut: 0, returns: 0 };
    const before = this.#descriptorsBefore;
    const observed: Observed = {
      processEnds: this.#pids.size - 1 + (after === undefined ? 1 : 0),
      matchesLost,
      stoodStillMs: this.#standstills,
      noticed,
      findings: this.#news?.findings ?? ["the attackers said nothing"],
      heapMib: { before: this.#heapBefore, after: after?.heapMib ?? Number.NaN },
      descriptors:
        before === undefined || after?.descriptors === undefined
          ? undefined
          : { before, after: after.descriptors },
    };
    const verdict = verdictOn(observed);
    const report = {
      ...{ seed: this.#options.seed, seconds: Math.round((performance.now() - startedMs) / 1000), ...counts },
      ...{ processEnds: observed.processEnds, matchesLost },
      longestStandstillMs: Math.round(this.#longestStandstillMs),
      longestPatchGapMs: Math.round(this.#longestGapMs),
      ...{ heapMib: observed.heapMib, descriptors: observed.descriptors, wrongs: verdict.wrongs },
    };
    return { report, verdict };
  }

  #words(look: ServerLook | undefined): string {
    const { frames = 0, requests = 0, joinsCut = 0, returns = 0 } = this.#news?.counts ?? {};
    const done = `${frames} messages, ${requests} requests, ${joinsCut} cut joins, ${returns} returns`;
    if (look === undefined) return `${done}; the server does not answer; last: ${this.#lastTries()}`;
    const { heapMib, rssMib, descriptors = 0 } = look;
    return `${done}; heap ${Math.round(heapMib)} MiB, rss ${Math.round(rssMib)} MiB, ${descriptors} descriptors`;
  }

  /** Prints what is needed to repeat a failure and to find its cause. */
  #tellEnd(): void {
    const { progress } = this.#options;
    progress(`the server's process ended; it said last:\n${this.#server.lastLines.slice(-12).join("\n")}`);
    progress(`the latest tries: ${this.#lastTries()}`);
  }

  #lastTries(): string {
    return this.#news?.last.slice(-8).join(", ") ?? "none";
  }
}
