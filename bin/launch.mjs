// Runs a program on the Node that it needs: in this very process when that is this Node, signals and exit code being
// its own, or in one of its own with both passed on. What `holdfast` and `tools/run.mjs` have in common. It also runs
// on a Node that is older than ours, so: plain JavaScript, no dependency.
import { spawn } from "node:child_process";
import module from "node:module";
import { pathToFileURL } from "node:url";

/** How soon the end of npm's shell is noticed. */
const shellEveryMs = 200;

/**
 * @param {{ path: string, args: readonly string[], cache: string, node: string | undefined }} what `cache`: the folder
 *   for compiled code; `node`: another Node to run it on, undefined for this one
 */
export async function launch({ path, args, cache, node }) {
  // Compiled code is cached for the next start, of this process and of those that it starts: it saves a third of the
  // processor time of a server's start. It is as safe as the packages beside it; where it cannot be written, there is none.
  process.env.NODE_COMPILE_CACHE ??= cache;
  // npm's shell may stay between npm and this process. A signal to npm ends that shell and would leave this process behind.
  if (process.env.npm_lifecycle_event !== undefined && process.platform !== "win32") followShell();
  if (node !== undefined) return runApart(node, [path, ...args]);
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  process.argv = [process.execPath, path, ...args];
  await import(pathToFileURL(path).href);
}

function followShell() {
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, shellEveryMs);
  watch.unref();
}

function runApart(node, args) {
  const child = spawn(node, args, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      // Ctrl-C goes to the whole terminal: the script has already received it, and a second one would mean "at once".
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.on("error", (error) => {
    console.error(`holdfast: ${node} cannot be started: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    // This process ends by the same signal, so that its parent sees the same.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
