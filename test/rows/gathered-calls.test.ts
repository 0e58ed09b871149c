/** Calls that leave together: each gets its own answer, all share a failure, and none waits for a later turn. */
import { expect, test } from "vitest";
import type { Call } from "../../server/redis/connection.ts";
import type { RedisReply } from "../../server/redis/request.ts";
import { script } from "../../server/redis/script.ts";
import { GatheredCalls } from "../../server/rows/stores/gathered-calls.ts";

const call = (key: number): Call => ({ script: script("return 1"), keys: [String(key)], args: [] });
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

function gathering(answer: (calls: readonly Call[]) => Promise<readonly RedisReply[]>) {
  const sizes: number[] = [];
  const calls = new GatheredCalls((sent) => {
    sizes.push(sent.length);
    return answer(sent);
  });
  return { calls, sizes };
}

test("what is asked in one turn is one round trip, and everybody has their own answer", async () => {
  const { calls, sizes } = gathering(async (sent) => sent.map(({ keys }) => Number(keys[0])));
  const ask = () => Promise.all(numbers(3).map((key) => calls.add(call(key))));
  expect(await ask()).toEqual([0, 1, 2]);
  expect(await ask()).toEqual([0, 1, 2]);
  expect(sizes).toEqual([3, 3]);
});

test("[P6] a round trip takes so many, what is more goes with the next one", async () => {
  const { calls, sizes } = gathering(async (sent) => sent.map(({ keys }) => Number(keys[0])));
  expect(await Promise.all(numbers(600).map((key) => calls.add(call(key))))).toEqual(numbers(600));
  expect(sizes).toEqual([256, 256, 88]);
});

test("[P7] a round trip that fails is everybody's failure, and the next one is another", async () => {
  let away = true;
  const { calls } = gathering(async (sent) => {
    if (away) throw new Error("away");
    return sent.map(() => 1);
  });
  const failed = await Promise.allSettled([calls.add(call(1)), calls.add(call(2))]);
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  away = false;
  expect(await calls.add(call(3))).toBe(1);
});
