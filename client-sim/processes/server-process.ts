/**
 * A server in a process of its own, as an operator has it: started from the command line, controlled by what it
 * prints and by its pid. Owns that process, not its data.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { programPath } from "../../shared/command-line/program-path.ts";
import { crowdFlags } from "./crowd-flags.ts";
import { endsWithUs, stopped } from "./ends-with-us.ts";

const entry = programPath(import.meta.url, "../../server/main.ts");
/** The first start may build the page. */
const startMsMax = 90_000;
const stopMsMax = 15_000;
const lastLinesMax = 40;

export interface ServerOptions {
  readonly dataDir: string;
  /** Under the supervisor, as with `npm start`: it is restarted when it is killed. */
  readonly supervised: boolean;
  /** Default: a free one. */
  readonly port?: number;
  /** More flags. */
  readonly args?: readonly string[];
}

/** Resolves when it accepts players. @throws Error with its last output when it does not start */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const { dataDir, supervised, port = 0, args = [] } = options;
  const role = supervised ? [] : ["--role", "server"];
  const flags = [
    "--port",
    String(port),
    "--host",
    "127.0.0.1",
    "--data",
    dataDir,
    "--no-bots",
    ...crowdFlags,
    ...role,
    ...args,
  ];
  const child = spawn(process.execPath, [entry, ...flags], { stdio: ["ignore", "pipe", "pipe"] });
  // The supervisor's children end by themselves when it is dead.
  endsWithUs(child, "SIGKILL");
  const server = new ServerProcess(child, { supervised });
  try {
    await server.ready(startMsMax);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** How a process is read that was started by other means than `startServer`. */
export interface ServerReading {
  /** It is a supervisor, which says of its server what a person needs. */
  readonly supervised: boolean;
  /** So many of its last lines are kept. */
  readonly linesMax?: number;
}

export class ServerProcess {
  /** Its last output, for messages. */
  readonly lastLines: string[] = [];
  /** Its exit code; null after a signal. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #supervised: boolean;
  readonly #linesMax: number;
  #url = "";
  #matches = 0;
  /** The process that serves; undefined from its kill until the next one is ready. */
  #pid: number | undefined;
  #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  constructor(child: ChildProcess, { supervised, linesMax = lastLinesMax }: ServerReading) {
    this.#child = child;
    this.#supervised = supervised;
    this.#linesMax = linesMax;
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on("line", (line) => this.#read(line));
    }
    this.ended = new Promise((resolve) => child.once("close", resolve));
    void this.ended.then((code) => this.#fail(`ended with ${code}`));
  }

  get url(): string {
    return this.#url;
  }

  /** Matches that it restored; of one without a supervisor. */
  get matches(): number {
    return this.#matches;
  }

  /** The pid of the process that serves, not of its supervisor. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /** Kills the serving process. @returns false when it is dead already */
  kill(): boolean {
    if (this.#pid === undefined) return false;
    const pid = this.#pid;
    this.#pid = undefined;
    process.kill(pid, "SIGKILL");
    return true;
  }

  /** Resolves when a process serves. */
  async ready(msMax: number): Promise<void> {
    if (this.#pid !== undefined) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ resolve, reject });
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) this.#fail(`ended with ${exitCode}`);
    const timer = setTimeout(() => this.#fail(`was not ready within ${msMax} ms`), msMax);
    await promise.finally(() => clearTimeout(timer));
  }

  /** Stops it in order, or by force when that takes too long. Resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    // When it is killed, its children follow a dead supervisor by themselves.
    await stopped(this.#child, stopMsMax);
    await this.ended;
  }

  #read(line: string): void {
    this.lastLines.push(line);
    if (this.lastLines.length > this.#linesMax) this.lastLines.shift();
    const ready = this.#supervised ? readSupervisorLine(line) : readServerLine(line);
    if (ready.url !== undefined) this.#url = ready.url;
    if (ready.pid === undefined) return;
    this.#pid = ready.pid;
    this.#matches = ready.matches ?? 0;
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  #fail(what: string): void {
    const error = new Error(
      `The server ${what}: its last lines were\n${this.lastLines.slice(-12).join("\n")}`,
    );
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

interface Ready {
  readonly url?: string | undefined;
  readonly pid?: number | undefined;
  readonly matches?: number | undefined;
}

/** `play      http://…/`, and with every process that takes over a line that ends in `kill -9 <pid>`. */
function readSupervisorLine(line: string): Ready {
  const pid = /kill -9 (\d+)/.exec(line)?.[1];
  return { url: /^play\s+(http\S+?)\/?$/.exec(line)?.[1], pid: pid === undefined ? undefined : Number(pid) };
}

function readServerLine(line: string): Ready {
  return line.startsWith("ready ") ? (JSON.parse(line.slice("ready ".length)) as Ready) : {};
}
