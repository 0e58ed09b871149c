/** `npm run fleet` as one process, for tests: Redis, nodes, matchmakers and nginx, asked over its control port. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../client-sim/processes/free-port.ts";
import { eventually } from "./server-child.ts";

const entry = fileURLToPath(new URL("../../local-fleet/main.ts", import.meta.url));
const startMsMax = 60_000;
const stopMsMax = 30_000;

interface FleetNodeView {
  readonly name: string;
  readonly role: "room" | "matchmaker";
  readonly port: number;
  readonly pid: number;
  readonly state: string;
}

export interface WholeFleet {
  readonly url: string;
  readonly output: () => string;
  nodes(): Promise<readonly FleetNodeView[]>;
  /** Runs another `npm run fleet` against this one. @returns its exit code and what it wrote */
  order(...words: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
  stop(): Promise<number | null>;
}

/** @throws with what it wrote when it does not come up */
export async function startWholeFleet(flags: readonly string[]): Promise<WholeFleet> {
  const directory = mkdtempSync(join(tmpdir(), "holdfast-whole-fleet-"));
  const data = ["--data", directory];
  const args = [entry, "--port", String(await freePort()), ...data, ...flags];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const file = () => JSON.parse(readFileSync(join(directory, "fleet.json"), "utf8")) as { urls: string[] };
  const up = () => {
    if (child.exitCode !== null) throw new Error(`the fleet ended:\n${text}`);
    try {
      return file();
    } catch {
      return undefined;
    }
  };
  const { urls } = await eventually(up, { forMs: startMsMax, what: "the fleet's start" }).catch((error) => {
    child.kill("SIGKILL");
    throw new Error(`${(error as Error).message}\n${text}`);
  });
  const order = (...words: readonly string[]) =>
    finished(spawn(process.execPath, [entry, ...words, ...data]));
  return {
    url: urls[0]!,
    output: () => text,
    order,
    nodes: async () => {
      const { stdout } = await order("status", "--json");
      return JSON.parse(stdout.trim().split("\n").at(-1)!).nodes;
    },
    stop: async () => {
      child.kill("SIGTERM");
      const tooLong = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
      const code = await ended;
      clearTimeout(tooLong);
      rmSync(directory, { recursive: true, force: true });
      return code;
    },
  };
}

async function finished(child: ChildProcess) {
  const read = { stdout: "", stderr: "" };
  child.stdout!.on("data", (chunk) => (read.stdout += chunk));
  child.stderr!.on("data", (chunk) => (read.stderr += chunk));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, ...read };
}
