/** The line of joins in front of a node, under a clock that the test moves. */
import { expect, test } from "vitest";
import { JoinQueue, type JoinQueueLimits } from "../../server/fleet/join-queue.ts";

const limits: JoinQueueLimits = { joinsPerSecond: 10, burst: 2, waitingMax: 5, waitMsMax: 1000 };

function setUp() {
  let nowMs = 0;
  let full = false;
  const timers: { atMs: number; task: () => void }[] = [];
  const queue = new JoinQueue({
    nowMs: () => nowMs,
    later: (ms, task) => timers.push({ atMs: nowMs + ms, task }),
    full: () => full,
    limits,
  });
  const pass = async (ms: number) => {
    const endMs = nowMs + ms;
    for (;;) {
      timers.sort((a, b) => a.atMs - b.atMs);
      if (timers.length === 0 || timers[0]!.atMs > endMs) break;
      const { atMs, task } = timers.shift()!;
      nowMs = atMs;
      task();
    }
    nowMs = endMs;
    // What was settled reaches who waits for it.
    await Promise.resolve();
  };
  const answers: string[] = [];
  const join = (name: string) =>
    void queue.admitted().then((admitted) => answers.push(`${name} ${admitted ? "in" : "refused"}`));
  const setFull = (value: boolean) => {
    full = value;
  };
  return { queue, pass, join, answers, setFull, timers };
}

test("a quiet node lets a burst in at once", async () => {
  const { join, pass, answers } = setUp();
  for (const name of ["a", "b"]) join(name);
  await pass(0);
  expect(answers).toEqual(["a in", "b in"]);
});

test("a spike waits in line and comes in at the pace of the node, in order of arrival", async () => {
  const { join, pass, answers } = setUp();
  for (const name of ["a", "b", "c", "d"]) join(name);
  await pass(50);
  expect(answers).toEqual(["a in", "b in"]);
  await pass(60);
  expect(answers).toEqual(["a in", "b in", "c in"]);
  await pass(100);
  expect(answers).toEqual(["a in", "b in", "c in", "d in"]);
});

test("[P6] a line that is too long refuses at once, and who waits too long is refused", async () => {
  const { join, pass, answers, setFull } = setUp();
  setFull(true);
  for (const name of ["a", "b", "c", "d", "e", "one too many"]) join(name);
  await pass(0);
  expect(answers).toEqual(["one too many refused"]);
  await pass(limits.waitMsMax + 1000 / limits.joinsPerSecond);
  expect(answers.slice(1)).toEqual(["a refused", "b refused", "c refused", "d refused", "e refused"]);
});

test("who waits while the node is full comes in when it no longer is", async () => {
  const { join, pass, answers, setFull } = setUp();
  setFull(true);
  join("a");
  await pass(500);
  expect(answers).toEqual([]);
  setFull(false);
  await pass(200);
  expect(answers).toEqual(["a in"]);
});

test("an empty line keeps no timer", async () => {
  const { join, pass, timers, queue } = setUp();
  for (const name of ["a", "b", "c"]) join(name);
  await pass(1000);
  expect(queue.waiting).toBe(0);
  expect(timers).toEqual([]);
});
