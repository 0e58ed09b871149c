/**
 * A whole fleet in processes of its own, as an operator has it: started with `local-fleet/main.ts`, which reports itself
 * by one line of JSON and answers at its control port. Owns the fleet's main process, and through it all nodes.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { programPath } from "../../shared/command-line/program-path.ts";
import { crowdFlags } from "./crowd-flags.ts";
import { endsWithUs, stopped } from "./ends-with-us.ts";

const entry = programPath(import.meta.url, "../../local-fleet/main.ts");
/** The first start may build the page. */
const startMsMax = 120_000;
const stopMsMax = 60_000;
const lastLinesMax = 60;

export interface NodeStatusView {
  readonly name: string;
  readonly role: "room" | "matchmaker";
  readonly pid?: number;
  readonly port: number;
  /** Only `ready` matters here. */
  readonly state: string;
  readonly restarts: number;
}

/** The fleet's status; only the fields that are used here. */
export interface FleetStatus {
  readonly urls: readonly string[];
  readonly balancer?: { readonly pid?: number };
  readonly nodes: readonly NodeStatusView[];
}

export interface FleetOptions {
  readonly rooms: number;
  readonly matchmakers: number;
  /** The fleet's own data directory, which has fleet.json. */
  readonly dataDir: string;
  readonly args: readonly string[];
  /** Beside what this process has. */
  readonly env?: Readonly<Record<string, string>>;
}

export class FleetProcess {
  /** Address of the load balancer. */
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #dataDir: string;

  private constructor(child: ChildProcess, dataDir: string, url: string) {
    this.#child = child;
    this.#dataDir = dataDir;
    this.url = url;
  }

  /** Resolves when it accepts players. @throws Error with its last output when it does not start */
  static async start({ rooms, matchmakers, dataDir, args, env }: FleetOptions): Promise<FleetProcess> {
    const size = ["--rooms", String(rooms), "--matchmakers", String(matchmakers)];
    const own = ["--port", "0", "--host", "127.0.0.1", "--data", dataDir, "--json"];
    const child = spawn(process.execPath, [entry, ...size, ...own, ...crowdFlags, ...args], {
      ...{ stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } },
    });
    endsWithUs(child, "SIGTERM");
    const said: string[] = [];
    createInterface({ input: child.stderr! }).on("line", (line) => {
      said.push(line);
      if (said.length > lastLinesMax) said.shift();
    });
    try {
      const view = await firstView(child);
      const [url] = view.urls;
      if (url === undefined || view.balancer === undefined)
        throw new Error("it has no load balancer: is nginx there?");
      return new FleetProcess(child, dataDir, url);
    } catch (error) {
      await stopped(child, stopMsMax);
      const message = (error as Error).message;
      throw new Error(`The fleet did not start: ${message}\n${said.slice(-20).join("\n")}`, { cause: error });
    }
  }

  /** The current status. @throws Error when the fleet does not answer */
  async view(): Promise<FleetStatus> {
    const { controlPort, controlKey } = JSON.parse(readFileSync(join(this.#dataDir, "fleet.json"), "utf8"));
    const headers = { "x-holdfast-fleet": controlKey as string };
    const response = await fetch(`http://127.0.0.1:${controlPort}/status`, { headers });
    if (!response.ok) throw new Error(`the fleet answers ${response.status} when it is asked how it is`);
    return (await response.json()) as FleetStatus;
  }

  /** Stops it in order, or by force when that takes too long. Resolves when all of it is gone, with its exit code. */
  stop(): Promise<number | null> {
    return stopped(this.#child, stopMsMax);
  }
}

function firstView(child: ChildProcess): Promise<FleetStatus> {
  return new Promise((resolve, reject) => {
    const tooLate = setTimeout(() => reject(new Error(`not within ${startMsMax / 1000} s`)), startMsMax);
    child.once("exit", (code) => reject(new Error(`exit code ${code}`)));
    createInterface({ input: child.stdout! }).on("line", (line) => {
      if (!line.startsWith("{")) return;
      clearTimeout(tooLate);
      resolve(JSON.parse(line) as FleetStatus);
    });
  });
}
