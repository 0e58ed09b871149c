/** For tests of the page: a real server under its supervisor with the page built, and a Chromium to look at it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { freePort } from "../../client-sim/processes/free-port.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** No network of its own, no sandbox (root in CI), no graphics card. */
const browserFlags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface PageServer {
  readonly url: string;
  /** The id of the server process; another one after a restart. */
  readonly pid: () => number;
  readonly stop: () => Promise<void>;
}

/** @param queues in the place of the built-in ones; @param games a module */
export async function startPageServer(queues?: readonly object[], games?: string): Promise<PageServer> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-page-"));
  const port = await freePort();
  const args = ["server/main.ts", "--port", String(port), "--data", join(directory, "data"), "--no-bots"];
  if (games !== undefined) args.push("--games", games);
  if (queues) {
    const file = join(directory, "queues.json");
    await writeFile(file, JSON.stringify(queues));
    args.push("--queues", file);
  }
  const supervisor = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const first = Promise.withResolvers<void>();
  let pid = 0;
  // The supervisor says how to kill the server; that line holds its process id. Its output is read on to the end.
  createInterface({ input: supervisor.stdout }).on("line", (line) => {
    const printed = /kill -9 (\d+)/.exec(line)?.[1];
    if (printed) pid = Number(printed);
    if (printed) first.resolve();
  });
  supervisor.once("exit", () =>
    first.reject(new Error("the supervisor ended before its server took players")),
  );
  await first.promise;
  const stop = async () => {
    if (supervisor.exitCode === null) {
      supervisor.kill("SIGTERM");
      await once(supervisor, "exit");
    }
    await rm(directory, { recursive: true, force: true });
  };
  return { url: `http://127.0.0.1:${port}`, pid: () => pid, stop };
}

export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: browserFlags });
}
