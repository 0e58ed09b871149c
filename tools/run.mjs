// Runs a script on the Node of package.json: `node tools/run.mjs server/main.ts --port 3000`. Every command of
// package.json begins with it, so that none needs a POSIX shell. Under npm the machine's own Node runs this
// before the first install only; afterwards the pinned Node is first on the path, and the script runs in this process:
// signals and exit code are its own. Plain JavaScript, no dependency.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import module from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
// Installs what is missing, or ends this process.
import "./ensure-install.mjs";

/** How soon the end of npm's shell is noticed. */
const shellEveryMs = 200;
const root = fileURLToPath(new URL("..", import.meta.url));
const [script = "", ...rest] = process.argv.slice(2);
const path = join(root, script);
const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

// Compiled code is cached for the next start, of this process and of those that it starts: it saves a third of the
// processor time of a server's start. It is as safe as the packages beside it; where it cannot be written, there is none.
process.env.NODE_COMPILE_CACHE ??= join(root, "node_modules", ".cache", "holdfast-compiled");

// npm's shell may stay between npm and this process. A signal to npm ends that shell and would leave this process behind.
if (process.env.npm_lifecycle_event !== undefined && process.platform !== "win32") followShell();

if (process.version === `v${devDependencies.node}`) {
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  process.argv = [process.execPath, path, ...rest];
  await import(pathToFileURL(path).href);
} else runApart();

function followShell() {
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, shellEveryMs);
  watch.unref();
}

function runApart() {
  const binary = process.platform === "win32" ? "node.exe" : "node";
  const child = spawn(join(root, "node_modules", "node", "bin", binary), [path, ...rest], {
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      // Ctrl-C goes to the whole terminal: the script has already received it, and a second one would mean "at once".
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.on("error", (error) => {
    console.error(`holdfast: the Node of package.json cannot be started: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    // This process ends by the same signal, so that its parent sees the same.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
