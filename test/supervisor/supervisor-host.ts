/**
 * A whole supervisor in a process of its own, over the children of supervisor-child.ts, so that a test can
 * kill it with SIGKILL and look at who is left.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { openScreen } from "../../server/ops/screen.ts";
import { runSupervisor } from "../../server/supervisor/supervisor.ts";

const [watcherPort = ""] = process.argv.slice(2);
const child = join(import.meta.dirname, "supervisor-child.ts");

process.exitCode = await runSupervisor({
  spawn: (role) =>
    spawn(process.execPath, [child, role, "well", watcherPort], { stdio: ["ignore", "pipe", "pipe", "ipc"] }),
  bots: true,
  screen: openScreen({
    out: process.stdout,
    error: process.stderr,
    nowMs: () => performance.now(),
    readable: (line) => line,
  }),
  nowMs: () => performance.now(),
  signals: process,
});
