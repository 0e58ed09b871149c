/**
 * A child for the supervisor's tests: a real process that behaves as its arguments say. It speaks the ipc
 * messages through server/ops/parent.ts, as the real server does, and can hold a connection to the test, so
 * that the test sees its end without asking for it.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { exitWithParent, tellParent, waitForGo } from "../../server/ops/parent.ts";

const [role, behaviour, watcherPort] = process.argv.slice(2);

async function main(): Promise<void> {
  exitWithParent();
  if (behaviour === "ignores-sigterm") process.on("SIGTERM", () => {});
  else process.on("SIGTERM", () => process.exit(0));
  if (watcherPort) {
    const watcher = connect(Number(watcherPort), "127.0.0.1");
    watcher.write(`${role} ${process.pid}\n`);
    await once(watcher, "connect");
  }
  if (behaviour === "bad-setting") fail("Setting port (flag --port) is wrong.", 78);
  if (behaviour === "dies") fail(`Error: the ${role} cannot start`, 3);
  if (behaviour === "has-nothing-to-do") process.exit(0);
  if (role === "bots") return void setInterval(() => {}, 1000);
  if (role === "standby") await waitForGo();
  tellParent({ type: "ready", url: "http://127.0.0.1:4321", pid: process.pid, matches: 3 });
  // Something that keeps the process alive.
  setInterval(() => {}, 1000);
}

function fail(words: string, code: number): never {
  console.error(words);
  process.exit(code);
}

await main();
