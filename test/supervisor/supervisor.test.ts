/**
 * The supervisor with real child processes and real signals. Time is real but nothing waits for it: every
 * step waits for a line the supervisor prints or for a process to end.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import type { Role } from "../../server/ops/child-messages.ts";
import { nodeSpawner } from "../../server/ops/spawner.ts";
import { runSupervisor } from "../../server/supervisor/supervisor.ts";

const childScript = join(import.meta.dirname, "supervisor-child.ts");
const hostScript = join(import.meta.dirname, "supervisor-host.ts");

type Behaviour = "well" | "dies" | "bad-setting" | "ignores-sigterm" | "has-nothing-to-do";

interface Setup {
  /** What the n-th child of a role does; "well" where nothing is said. */
  readonly behaviour?: (role: Role, nth: number) => Behaviour | undefined;
  readonly bots?: boolean;
  readonly stopMsMax?: number;
  readonly silentMsMax?: number;
}

/** A line that was or will be printed. */
class Lines extends EventEmitter {
  readonly all: string[] = [];
  add(text: string): void {
    this.all.push(text);
    this.emit("line");
  }
  async matching(pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const match = this.all.map((line) => line.match(pattern)).find(Boolean);
      if (match) return match;
      await once(this, "line");
    }
  }
}

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

function supervise({
  behaviour = () => undefined,
  bots = false,
  stopMsMax = 10_000,
  silentMsMax = 60_000,
}: Setup = {}) {
  const lines = new Lines();
  const log = new Lines();
  const signals = new EventEmitter();
  const spawned: Record<Role, ChildProcess[]> = { server: [], standby: [], bots: [] };
  const births = new Lines();
  /** Births and lines as they came. */
  const story: string[] = [];
  /** Lets time pass that nobody has to wait for. */
  const skew = { ms: 0 };
  const code = runSupervisor({
    spawn: (role) => {
      const does = behaviour(role, spawned[role].length) ?? "well";
      const options = { stdio: ["ignore", "pipe", "pipe", "ipc"] as ["ignore", "pipe", "pipe", "ipc"] };
      const child = spawn(process.execPath, [childScript, role, does], options);
      started.push(child);
      spawned[role].push(child);
      births.add(`${role} ${spawned[role].length}`);
      story.push(births.all.at(-1) as string);
      return child;
    },
    bots,
    screen: {
      line: (text) => {
        story.push(text);
        lines.add(text);
      },
      log: (text) => log.add(text),
      status: () => {},
      clearStatus: () => {},
    },
    nowMs: () => performance.now() + skew.ms,
    signals,
    // Every death in these tests is instant by the real clock, so the limits decide.
    limits: { backoffMs: [0, 5, 5], settledMs: 60_000 },
    stopMsMax,
    silentMsMax,
  });
  return { lines, log, signals, spawned, births, story, code, skew };
}

const killLine = (pid: number | undefined) => new RegExp(`kill -9 ${pid}`);

test("prints the addresses and how to kill the server, and starts a standby and the bots after ready", async () => {
  const { lines, births, spawned, signals, code } = supervise({ bots: true });
  await lines.matching(/play +http:\/\/127\.0\.0\.1:4321\//);
  await lines.matching(killLine(spawned.server[0]?.pid));
  await births.matching(/standby 1/);
  await births.matching(/bots 1/);
  expect(births.all[0]).toBe("server 1");
  signals.emit("SIGTERM");
  expect(await code).toBe(0);
  expect(spawned.server[0]?.exitCode).toBe(0);
  // One that had not come as far as its handler was ended by the signal itself.
  for (const child of started) expect(child.exitCode ?? child.signalCode).toBeOneOf([0, "SIGTERM"]);
});

test("[P5] a server that hangs is killed, and the standby serves", async () => {
  const { lines, births, spawned, signals, code } = supervise({ silentMsMax: 500 });
  await births.matching(/standby 1/);
  spawned.server[0]?.kill("SIGSTOP");
  await lines.matching(new RegExp(`server ${spawned.server[0]?.pid} has said nothing for 0.5 s`));
  await lines.matching(/server died \(SIGKILL\); back in \d+ ms/);
  signals.emit("SIGTERM");
  await code;
});

test("[P5] after a SIGKILL the standby serves, and only then a new standby is started", async () => {
  const { lines, births, spawned, story, signals, code } = supervise();
  await births.matching(/standby 1/);
  const standby = spawned.standby[0] as ChildProcess;
  await onceMessage(standby, "standby-ready");
  spawned.server[0]?.kill("SIGKILL");
  const { input: back } = await lines.matching(/server died \(SIGKILL\); back in \d+ ms; 3 matches go on/);
  await lines.matching(killLine(standby.pid));
  await births.matching(/standby 2/);
  expect(story.indexOf("standby 2")).toBeGreaterThan(story.indexOf(back ?? ""));
  expect(spawned.server).toHaveLength(1);
  signals.emit("SIGINT");
  expect(await code).toBe(0);
});

test("[P5] a standby that is still loading is told to go and serves once it has loaded", async () => {
  const { lines, births, spawned, signals, code } = supervise();
  await births.matching(/standby 1/);
  spawned.server[0]?.kill("SIGKILL");
  await lines.matching(/back in/);
  await lines.matching(killLine(spawned.standby[0]?.pid));
  expect(spawned.server).toHaveLength(1);
  signals.emit("SIGTERM");
  expect(await code).toBe(0);
});

test("a server that was stopped in order by somebody else did not die, and comes back", async () => {
  const { lines, births, spawned, signals, code } = supervise();
  await births.matching(/standby 1/);
  spawned.server[0]?.kill("SIGTERM");
  await lines.matching(/server stopped in order; back in \d+ ms/);
  signals.emit("SIGTERM");
  expect(await code).toBe(0);
});

test("without a standby a new server is started", async () => {
  // The standbys die until the supervisor does without one.
  const { lines, spawned, signals, code } = supervise({
    behaviour: (role) => (role === "standby" ? "dies" : "well"),
  });
  await lines.matching(/The standby died 4 times in a row.*continues without/);
  spawned.server[0]?.kill("SIGKILL");
  await lines.matching(/server died \(SIGKILL\); back in/);
  expect(spawned.server).toHaveLength(2);
  expect(spawned.standby).toHaveLength(4);
  signals.emit("SIGTERM");
  expect(await code).toBe(0);
});

test("[P6] a server that dies at every start is given up, with what it said last", async () => {
  const { lines, spawned, code } = supervise({ behaviour: () => "dies" });
  expect(await code).toBe(1);
  expect(spawned.server).toHaveLength(4);
  expect(lines.all.at(-1)).toMatch(/The server died 4 times in a row .* giving up/);
  expect(lines.all.at(-1)).toContain("Error: the server cannot start");
});

test("[P7.8] a bad setting stops at once and is shown once", async () => {
  const { lines, log, spawned, code } = supervise({ behaviour: () => "bad-setting" });
  expect(await code).toBe(78);
  expect(spawned.server).toHaveLength(1);
  expect([...lines.all, ...log.all]).toEqual(["Setting port (flag --port) is wrong."]);
});

test("dying bots are started again, given up, and never touch the server", async () => {
  const { lines, spawned, signals, code } = supervise({
    bots: true,
    behaviour: (role) => (role === "bots" ? "dies" : "well"),
  });
  await lines.matching(/The bots died 4 times in a row.*continues without/);
  expect(spawned.bots).toHaveLength(4);
  expect(spawned.server).toHaveLength(1);
  expect(spawned.server[0]?.exitCode).toBeNull();
  signals.emit("SIGTERM");
  expect(await code).toBe(0);
});

test("bots that have nothing to do in the server's game are let be", async () => {
  const { lines, births, spawned, signals, code } = supervise({
    bots: true,
    behaviour: (role) => (role === "bots" ? "has-nothing-to-do" : "well"),
  });
  await births.matching(/bots 1/);
  await new Promise((resolve) => spawned.bots[0]!.once("close", resolve));
  spawned.server[0]!.kill("SIGKILL");
  await lines.matching(/back in \d+ ms/);
  await births.matching(/standby 2/);
  expect(spawned.bots).toHaveLength(1);
  expect(lines.all.join("\n")).not.toContain("bots");
  signals.emit("SIGTERM");
  expect(await code).toBe(0);
});

test("bots that died are started again", async () => {
  const { births, spawned, signals, code } = supervise({ bots: true });
  await births.matching(/bots 1/);
  spawned.bots[0]?.kill("SIGKILL");
  await births.matching(/bots 2/);
  signals.emit("SIGTERM");
  expect(await code).toBe(0);
});

test("[P6] a child that ignores SIGTERM is killed when its time is up", async () => {
  const { lines, spawned, signals, code } = supervise({ behaviour: () => "ignores-sigterm", stopMsMax: 20 });
  await lines.matching(/kill -9/);
  signals.emit("SIGTERM");
  expect(await code).toBe(0);
  expect(spawned.server[0]?.signalCode).toBe("SIGKILL");
});

test("a second signal stops at once", async () => {
  const { lines, spawned, signals, code, skew } = supervise({
    behaviour: () => "ignores-sigterm",
    stopMsMax: 600_000,
  });
  await lines.matching(/kill -9/);
  signals.emit("SIGINT");
  skew.ms += 1000;
  signals.emit("SIGINT");
  expect(await code).toBe(0);
  expect(spawned.server[0]?.signalCode).toBe("SIGKILL");
});

test("no child outlives a supervisor that was killed with SIGKILL", async () => {
  const connected = new Lines();
  const ended = new Lines();
  const watcher = createServer((socket) => {
    let who = "";
    createInterface({ input: socket }).on("line", (line) => {
      who = line;
      connected.add(line);
    });
    socket.on("error", () => {});
    socket.on("close", () => ended.add(who));
  }).listen(0, "127.0.0.1");
  await once(watcher, "listening");
  const { port } = watcher.address() as { port: number };
  const host = spawn(process.execPath, [hostScript, String(port)], { stdio: ["ignore", "pipe", "inherit"] });
  started.push(host);
  for (const role of ["server", "standby", "bots"]) await connected.matching(new RegExp(role));
  host.kill("SIGKILL");
  for (const role of ["server", "standby", "bots"]) await ended.matching(new RegExp(role));
  watcher.close();
});

test("the children of `npm start` get the settings of their parent, and after the first ready its port", async () => {
  const entry = join(import.meta.dirname, "supervisor-child.ts");
  const spawner = nodeSpawner({
    ...{ entry, argv: ["--port", "0"], bots: (url) => [entry, "bots", url] },
    port: undefined,
  });
  const first = spawner("server", undefined);
  const standby = spawner("standby", "http://127.0.0.1:4321");
  const bots = spawner("bots", "http://127.0.0.1:4321");
  started.push(first, standby, bots);
  expect(first.spawnargs.slice(2)).toEqual(["--port", "0", "--role", "server"]);
  expect(standby.spawnargs.slice(2)).toEqual(["--port", "0", "--role", "standby", "--port", "4321"]);
  expect(bots.spawnargs.slice(2)).toEqual(["bots", "http://127.0.0.1:4321"]);
});

async function onceMessage(child: ChildProcess, type: string): Promise<void> {
  for (;;) {
    const [message] = await once(child, "message");
    if (message.type === type) return;
  }
}
