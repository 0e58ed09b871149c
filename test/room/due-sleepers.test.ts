/** Which sleeping matches are woken by their timers, when some of them cannot be. */
import { expect, test } from "vitest";
import { DueSleepers } from "../../server/room/due-sleepers.ts";
import { FakeClock } from "../../testkit/fake-clock.ts";

function sleepers(count: number, prefix = "bad") {
  return Array.from({ length: count }, (_, at) => ({ id: `${prefix}${at}`, wakesAtMs: at }));
}

test("[P7] sleepers that cannot be woken keep no other from its time", () => {
  const clock = new FakeClock();
  const due = new DueSleepers({ nowMs: clock.now, atOnceMax: 16 });
  const all = [...sleepers(40), { id: "good", wakesAtMs: 5000 }];
  const begun: string[] = [];
  for (let look = 0; look < 5; look++) {
    const ids = due.begun(all.slice(0, due.wanted), 6000);
    begun.push(...ids);
    for (const id of ids) if (id !== "good") due.leave(id);
  }
  expect(begun.filter((id) => id === "good").length).toBeGreaterThan(0);
  expect(new Set(begun).size).toBe(41);
});

test("[P6] they are tried again, ever less often, and forgotten once they are awake", () => {
  const clock = new FakeClock();
  const due = new DueSleepers({ nowMs: clock.now, atOnceMax: 4 });
  const tries: number[] = [];
  for (let second = 0; second < 300; second++) {
    for (const id of due.begun([{ id: "bad", wakesAtMs: 0 }], 1)) {
      tries.push(second);
      due.leave(id);
    }
    clock.advance(1000);
  }
  expect(tries).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  due.woke("bad");
  expect(due.wanted).toBe(4);
  expect(due.begun([{ id: "bad", wakesAtMs: 0 }], 1)).toEqual(["bad"]);
});

test("[P6] it remembers a bounded number, and begins no more than so many at once, none before its time", () => {
  const due = new DueSleepers({ nowMs: new FakeClock().now, atOnceMax: 4 });
  for (const { id } of sleepers(1500)) due.leave(id);
  expect(due.wanted).toBe(1004);
  expect(due.begun(sleepers(10, "other"), 2)).toEqual(["other0", "other1", "other2"]);
  expect(due.begun(sleepers(10, "other"), 9).length).toBe(4);
});
