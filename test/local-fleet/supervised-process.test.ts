/**
 * A process that is kept, with real child processes and real signals. Time is real but nothing waits for it: every
 * step waits for a line, a message or an end.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { spawnOutside } from "../../local-fleet/outside-program.ts";
import {
  StartFailed,
  type SupervisedOptions,
  SupervisedProcess,
} from "../../local-fleet/supervised-process.ts";
import { howEnded } from "../../server/ops/child.ts";

const childScript = join(import.meta.dirname, "..", "supervisor", "supervisor-child.ts");
const started: ChildProcess[] = [];
const supervisedAll: SupervisedProcess[] = [];
afterEach(async () => {
  await Promise.all(supervisedAll.splice(0).map((child) => child.stop({ killMs: 1 })));
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

type Behaviour = "well" | "dies" | "bad-setting" | "ignores-sigterm";

/** @param behaviour of the n-th process; "well" where nothing is said */
function supervised(
  behaviour: (nth: number) => Behaviour = () => "well",
  more: Partial<SupervisedOptions> = {},
) {
  const events = new EventEmitter();
  const spawned: ChildProcess[] = [];
  const told: string[] = [];
  const tell = (event: string, text: string) => {
    told.push(text);
    events.emit(event, text);
  };
  const child = new SupervisedProcess({
    name: "room-1",
    spawn: () => {
      const child = spawn(process.execPath, [childScript, "server", behaviour(spawned.length)], {
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      });
      started.push(child);
      spawned.push(child);
      return child;
    },
    readyWhen: "message",
    listener: {
      line: (_kept, _stream, text) => tell("line", text),
      ended: (_kept, end, next) => tell("ended", `${howEnded(end)}, ${next.kind}`),
      back: () => tell("back", "back"),
    },
    nowMs: () => performance.now(),
    limits: { backoffMs: [0, 5, 5], settledMs: 60_000 },
    silentMsMax: 60_000,
    ...more,
  });
  supervisedAll.push(child);
  return { child, events, spawned, told };
}

test("it starts when its process says that it is ready, and stops when asked", async () => {
  const { child, spawned } = supervised();
  expect(child.state).toBe("starting");
  await child.start();
  expect(child.state).toBe("ready");
  expect(child.pid).toBe(spawned[0]!.pid);
  expect(await child.stop({ killMs: 10_000 })).toBe(true);
  expect(child.state).toBe("stopped");
  expect(spawned).toHaveLength(1);
});

test("[P5] one that is killed is started again, and both are told", async () => {
  const { child, events, spawned, told } = supervised();
  await child.start();
  const back = once(events, "back");
  spawned[0]!.kill("SIGKILL");
  await back;
  expect(told).toEqual(["died (SIGKILL), restart", "back"]);
  expect(child).toMatchObject({ state: "ready", restarts: 1, pid: spawned[1]!.pid });
  await child.stop({ killMs: 10_000 });
});

test("[P7] a first start that fails is an error with the code and the last words, and is not tried again", async () => {
  const { child, spawned } = supervised(() => "bad-setting");
  const failure = await child.start().catch((error) => error);
  expect(failure).toBeInstanceOf(StartFailed);
  expect(failure).toMatchObject({ code: 78 });
  expect(failure.message).toBe("room-1 did not start (exit 78)\n  Setting port (flag --port) is wrong.");
  expect(spawned).toHaveLength(1);
});

test("[P7] one that comes back and says that a setting is wrong is not tried again, and its last words are there", async () => {
  const { child, events, spawned, told } = supervised((nth) => (nth === 0 ? "well" : "bad-setting"));
  await child.start();
  const final = new Promise<string[]>((resolve) => {
    events.on("ended", (text: string) => text.endsWith("final") && resolve([...child.lastLines]));
  });
  spawned[0]!.kill("SIGKILL");
  expect(await final).toEqual(["Setting port (flag --port) is wrong."]);
  expect(child.state).toBe("abandoned");
  expect(told.filter((text) => text.includes(", "))).toEqual([
    "died (SIGKILL), restart",
    "died (exit 78), final",
  ]);
  expect(spawned).toHaveLength(2);
});

test("one that drained and went stopped in order, it did not die", async () => {
  const { child, events, spawned } = supervised();
  await child.start();
  const ended = once(events, "ended");
  spawned[0]!.kill("SIGTERM");
  expect(await ended).toEqual(["stopped in order, restart"]);
});

test("[P6] one that dies at every start is given up in the end", async () => {
  const { child, events, spawned } = supervised((nth) => (nth === 0 ? "well" : "dies"));
  await child.start();
  const givenUp = new Promise<void>((resolve) => {
    events.on("ended", (text: string) => text.endsWith("give-up") && resolve());
  });
  spawned[0]!.kill("SIGKILL");
  await givenUp;
  expect(child.state).toBe("abandoned");
  expect(spawned).toHaveLength(4);
  expect(child.lastLines).toContain("Error: the server cannot start");
  expect(await child.stop({ killMs: 10 })).toBe(true);
});

test("[P6] one that ignores SIGTERM is killed when its time is up", async () => {
  const { child, spawned } = supervised(() => "ignores-sigterm");
  await child.start();
  expect(await child.stop({ hurryMs: 5, killMs: 20 })).toBe(false);
  expect(spawned[0]!.signalCode).toBe("SIGKILL");
});

test("[P5] one that hangs is killed, and started again", async () => {
  const { child, events, spawned, told } = supervised(undefined, { silentMsMax: 500 });
  await child.start();
  const back = once(events, "back");
  spawned[0]!.kill("SIGSTOP");
  await back;
  expect(told).toContain("has said nothing for 0.5 s: killing it");
  await child.stop({ killMs: 10_000 });
});

test("[P6] one that never becomes ready is killed, and its start fails and says how long it had", async () => {
  const { child } = supervised(undefined, { readyMsMax: 1, readyWhen: /never/ });
  await expect(child.start()).rejects.toThrow("room-1 did not start: it was not ready within 0.001 s");
});

test("[P5] what a killed program had started is gone before the next one begins", async () => {
  const closed: number[] = [];
  const spawnShell = () => {
    const child = spawnOutside("/bin/sh", ["-c", "sleep 1000 & echo ready; wait"]);
    started.push(child);
    // Not before the last one who holds its output is gone.
    child.once("close", () => closed.push(child.pid!));
    return child;
  };
  const { child, events } = supervised(undefined, { spawn: spawnShell, readyWhen: /ready/, group: true });
  await child.start();
  const first = started[0]!;
  const back = once(events, "back");
  first.kill("SIGKILL");
  await back;
  expect(closed).toEqual([first.pid]);
  await child.stop({ killMs: 10_000 });
});

test("a program of others is ready when it says so, and what it started goes with it", async () => {
  let closed = false;
  const spawnShell = () => {
    const child = spawnOutside("/bin/sh", ["-c", "sleep 1000 & echo ready; wait"]);
    started.push(child);
    // Not before the last one who holds its output is gone.
    child.once("close", () => {
      closed = true;
    });
    return child;
  };
  const { child } = supervised(undefined, { spawn: spawnShell, readyWhen: /ready/, group: true });
  await child.start();
  await child.stop({ killMs: 1 });
  expect(closed).toBe(true);
  expect(child.pid).toBeUndefined();
});
