/** Tries of a conditional write: again while others win, not for ever, and nothing is tried again that threw. */
import { expect, test } from "vitest";
import { again, uncontended } from "../../server/rows/uncontended.ts";

test("an attempt that others beat is made again, and knows how often it was made before", async () => {
  const seen: number[] = [];
  const result = await uncontended("writing failed", async (earlier) => {
    seen.push(earlier);
    return earlier < 3 ? again : undefined;
  });
  expect(result).toBeUndefined();
  expect(seen).toEqual([0, 1, 2, 3]);
});

test("[P6] after 16 tries it is given up, with a code and in words", async () => {
  let tries = 0;
  const never = uncontended("writing failed", async () => {
    tries += 1;
    return again;
  });
  await expect(never).rejects.toMatchObject({ code: "store/contended", message: "writing failed" });
  expect(tries).toBe(16);
});

test("what an attempt throws is thrown at once", async () => {
  let tries = 0;
  const broken = uncontended("writing failed", async () => {
    tries += 1;
    throw new Error("disk");
  });
  await expect(broken).rejects.toThrow("disk");
  expect(tries).toBe(1);
});
