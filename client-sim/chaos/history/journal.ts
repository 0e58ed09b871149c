/**
 * The journal as the replay tool prints it: every tick with its owner's epoch, the hash of the View, the seats and
 * the commands. It reads what a stopped server left in its data directory, or a fleet in Redis, through
 * `tools/replay.ts` in a process of its own, because chaos shares no code with what it checks.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { programPath } from "../../../shared/command-line/program-path.ts";
import type { CommandAnswer } from "../../../shared/game/game.ts";

const entry = programPath(import.meta.url, "../../../tools/replay.ts");
/** The longest silence: a match that is read and not traced yet. */
const silentMsMax = 120_000;

export interface JournalCommand {
  readonly sessionId: string;
  readonly id: number;
  readonly name: string;
  readonly payload: unknown;
  readonly answer: CommandAnswer;
}

interface JournalTick {
  /** Epoch of the owner that made the tick. */
  readonly epoch: number;
  readonly view: string;
  /** By seat: hashes of what its player alone sees. Absent when the game has no such parts. */
  readonly own?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Session ids of all players with a seat. */
  readonly seats: ReadonlySet<string>;
}

export interface Journal {
  readonly matchId: string;
  readonly ticks: ReadonlyMap<number, JournalTick>;
  readonly lastTick: number;
  /** The View has a field that says its tick. */
  readonly showsTick: boolean;
  readonly commands: readonly JournalCommand[];
  /** The match ended by its rules. */
  readonly over: boolean;
  /** Why the replay does not verify; empty when it does. */
  readonly problems: readonly string[];
}

interface TraceLine {
  readonly tick: number;
  readonly epoch: number;
  readonly view: string;
  /** The field of this name in the View, if it is a number. */
  readonly shownTick?: number;
  readonly own?: Readonly<Record<string, readonly string[]>>;
  readonly commands: readonly JournalCommand[];
  readonly seats: readonly string[];
}

/** A match of the list; the lines of its trace follow, and then its end. */
interface ListLine {
  readonly match: string;
  readonly state: string;
}

interface TraceEnd {
  readonly match: string;
  readonly lastTick: number;
  readonly verified: boolean;
  readonly outcome?: unknown;
  readonly problems?: readonly string[];
}

/**
 * Replays every match of the store that is not set aside.
 * @param store where the store is, as flags of the tool @throws when the tool itself fails
 */
export async function readJournals(store: readonly string[]): Promise<Map<string, Journal>> {
  const journals = new Map<string, Journal>();
  let lines: TraceLine[] = [];
  await readTraces(store, (text) => {
    const line = JSON.parse(text) as ListLine | TraceLine | TraceEnd;
    if ("state" in line) lines = [];
    else if ("match" in line) journals.set(line.match, journalOf(lines, line));
    else lines.push(line);
  });
  return journals;
}

function journalOf(lines: readonly TraceLine[], end: TraceEnd): Journal {
  const { match, lastTick, verified, outcome, problems = ["the replay does not verify"] } = end;
  const ticks = lines.map(({ tick, epoch, view, own, seats }): [number, JournalTick] => [
    tick,
    { epoch, view, own, seats: new Set(seats) },
  ]);
  return {
    ...{ matchId: match, ticks: new Map(ticks), lastTick },
    showsTick: lines.every(({ shownTick, tick }) => shownTick === tick),
    commands: lines.flatMap(({ commands }) => commands),
    over: outcome !== undefined && outcome !== null,
    problems: verified ? [] : problems,
  };
}

/** Every match of the store, line by line. Exit status 1 is a valid answer: the lines say what is wrong. */
export async function readTraces(store: readonly string[], onLine: (line: string) => void): Promise<void> {
  const args = ["--list", "--trace", ...store];
  const child = spawn(process.execPath, [entry, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), silentMsMax);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2000);
  });
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    timer.refresh();
    onLine(line);
  });
  const read = new Promise<void>((resolve) => lines.once("close", () => resolve()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  await read;
  clearTimeout(timer);
  if (code !== 0 && code !== 1) throw new Error(`replay ${args.join(" ")} ended with ${code}:\n${said}`);
}
