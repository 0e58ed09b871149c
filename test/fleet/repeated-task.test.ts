/** When an activity runs: on its turns, one at a time, every so often, sooner when asked. */
import { expect, test } from "vitest";
import { Activity } from "../../server/fleet/repeated-task.ts";

function subject() {
  const runs: PromiseWithResolvers<void>[] = [];
  const failures: string[] = [];
  const clock = { nowMs: 0 };
  const activity = new Activity({
    ...{ nowMs: () => clock.nowMs, everyMs: 100, gapMsMin: 10 },
    run: () => {
      runs.push(Promise.withResolvers());
      return runs.at(-1)!.promise;
    },
    onFailed: ({ message }) => failures.push(message),
  });
  const turnAt = async (nowMs: number) => {
    clock.nowMs = nowMs;
    activity.runIfDue();
    await settled();
  };
  return { activity, runs, failures, turnAt };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("it begins at its first turn, and again when its time is over", async () => {
  const { runs, turnAt } = subject();
  await turnAt(0);
  runs[0]!.resolve();
  await turnAt(99);
  expect(runs).toHaveLength(1);
  await turnAt(100);
  expect(runs).toHaveLength(2);
});

test("[P6] asked for often, it runs as often as its gap allows", async () => {
  const { activity, runs, turnAt } = subject();
  for (let nowMs = 0; nowMs < 50; nowMs++) {
    activity.ask();
    await turnAt(nowMs);
    runs.at(-1)!.resolve();
    await settled();
  }
  expect(runs).toHaveLength(5);
});

test("wanted soon, it does not wait for its turn, but for its gap", async () => {
  const { activity, runs, turnAt } = subject();
  activity.soon();
  expect(runs).toHaveLength(1);
  runs[0]!.resolve();
  await settled();
  activity.soon();
  expect(runs).toHaveLength(1);
  await turnAt(10);
  expect(runs).toHaveLength(2);
});

test("one at a time; asked for while it is under way, it runs once more", async () => {
  const { activity, runs, turnAt } = subject();
  await turnAt(0);
  activity.ask();
  await turnAt(500);
  expect(runs).toHaveLength(1);
  runs[0]!.resolve();
  await settled();
  await turnAt(501);
  expect(runs).toHaveLength(2);
  runs[1]!.resolve();
  await settled();
  await turnAt(550);
  expect(runs).toHaveLength(2);
});

test("[P7] a failure is told, and it goes on", async () => {
  const { runs, failures, turnAt } = subject();
  await turnAt(0);
  runs[0]!.reject(new Error("away"));
  await settled();
  expect(failures).toEqual(["away"]);
  await turnAt(100);
  expect(runs).toHaveLength(2);
});

test("`now` runs after the run that is under way, and throws what its own run throws", async () => {
  const { activity, runs, failures, turnAt } = subject();
  await turnAt(0);
  const now = activity.now();
  const outcome = now.then(
    () => "done",
    (error: Error) => error.message,
  );
  await settled();
  expect(runs).toHaveLength(1);
  runs[0]!.resolve();
  await settled();
  expect(runs).toHaveLength(2);
  runs[1]!.reject(new Error("away"));
  expect(await outcome).toBe("away");
  expect(failures).toEqual([]);
});
