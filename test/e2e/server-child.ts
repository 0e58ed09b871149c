/**
 * Real server processes for tests that kill and restart them on one data directory: started without their
 * supervisor on a free port, ended with real signals, gone when the test is over. Waits for what a process
 * says, never for a time. What it reads of them, `ServerProcess` reads; server-process.ts has one in a directory of its own.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ServerProcess } from "../../client-sim/processes/server-process.ts";

const entry = fileURLToPath(new URL("../../server/main.ts", import.meta.url));
/** On a machine that does much else a start takes its time. */
const readyMsMax = 90_000;

export interface ServerChild {
  readonly url: string;
  readonly pid: number;
  /** Matches that it restored. */
  readonly matches: number;
  /** What it wrote so far, both streams. */
  readonly output: () => string;
  /** Sends the signal and waits for the end. */
  readonly end: (signal: "SIGKILL" | "SIGTERM") => Promise<number | null>;
  readonly ended: Promise<number | null>;
}

export interface ServerChildOptions {
  /** Default `server`, which needs a directory; nodes of a fleet do not. */
  readonly role?: "server" | "room" | "matchmaker";
  readonly dataDir?: string;
  /** 0 or left out: a free one. */
  readonly port?: number;
  readonly flags?: readonly string[];
  /** Command in front of node, e.g. to start it in a mount namespace of its own. */
  readonly wrap?: readonly string[];
}

const running = new Set<{ kill: () => void; ended: Promise<unknown> }>();

/** Resolves when it takes players. @throws with its output when it ends before */
export async function startServerChild(options: ServerChildOptions): Promise<ServerChild> {
  const { role = "server", dataDir } = options;
  const flags = ["--role", role, "--host", "127.0.0.1", "--port", String(options.port ?? 0)];
  const command = [...(options.wrap ?? []), process.execPath, entry, ...flags];
  const data = dataDir === undefined ? [] : ["--data", dataDir];
  const args = [...command.slice(1), ...data, ...(options.flags ?? [])];
  const child = spawn(command[0]!, args, { stdio: ["ignore", "pipe", "pipe"] });
  const server = new ServerProcess(child, { supervised: false, linesMax: Number.POSITIVE_INFINITY });
  const { ended } = server;
  const started = { kill: () => child.kill("SIGKILL"), ended };
  running.add(started);
  void ended.then(() => running.delete(started));
  await server.ready(readyMsMax);
  const { url, matches } = server;
  const pid = server.pid!;
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    // The pid is the server's own, also behind a wrapper.
    process.kill(pid, signal);
    return ended;
  };
  return { url, pid, matches, output: () => server.lastLines.join("\n"), end, ended };
}

/** For afterEach: nothing that a test started outlives it. */
export async function endServerChildren(): Promise<void> {
  const children = [...running];
  for (const child of children) child.kill();
  await Promise.all(children.map(({ ended }) => ended));
}

/** Resolves with the first value that `read` gives and that is not undefined, asking again after each wait. */
export async function eventually<Value>(
  read: () => Promise<Value | undefined> | Value | undefined,
  { forMs = 20_000, everyMs = 50, what = "it" } = {},
): Promise<Value> {
  const endMs = performance.now() + forMs;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (performance.now() > endMs) throw new Error(`${what} did not happen within ${forMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
