/**
 * Real server processes for tests that kill and restart them on one data directory: started without their
 * supervisor on a free port, ended with real signals, gone when the test is over. Waits for what a process
 * says, never for a time. (server-process.ts starts one whole server with a directory of its own.)
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

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

const running = new Set<ChildProcess>();

/** Resolves when it takes players. @throws with its output when it ends before */
export async function startServerChild(options: ServerChildOptions): Promise<ServerChild> {
  const { role = "server", dataDir } = options;
  const flags = ["--role", role, "--host", "127.0.0.1", "--port", String(options.port ?? 0)];
  const command = [...(options.wrap ?? []), process.execPath, entry, ...flags];
  const data = dataDir === undefined ? [] : ["--data", dataDir];
  const args = [...command.slice(1), ...data, ...(options.flags ?? [])];
  const child = spawn(command[0]!, args, { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  const lines: string[] = [];
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  const ready = Promise.withResolvers<{ url: string; pid: number; matches: number }>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (line.startsWith("ready ")) ready.resolve(JSON.parse(line.slice("ready ".length)));
    });
  }
  const output = () => lines.join("\n");
  const tooLate = setTimeout(() => ready.reject(new Error(`server is not ready:\n${output()}`)), readyMsMax);
  void ended.then((code) => ready.reject(new Error(`server ended with ${code}:\n${output()}`)));
  const { url, pid, matches } = await ready.promise.finally(() => clearTimeout(tooLate));
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    // The pid is the server's own, also behind a wrapper.
    process.kill(pid, signal);
    return ended;
  };
  return { url, pid, matches, output, end, ended };
}

/** For afterEach: nothing that a test started outlives it. */
export async function endServerChildren(): Promise<void> {
  const children = [...running];
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(children.map((child) => new Promise((resolve) => child.once("close", resolve))));
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
