/** Wall clocks that step, machines whose clocks differ: what waits, expires and is limited goes by neither. */
import { expect, test } from "vitest";
import { readTicket, waitForTicket } from "../../server/matchmaking/tickets/tickets.ts";
import { spent } from "../../server/rows/stores/bucket.ts";
import type { Disk } from "../../server/rows/stores/disk.ts";
import { FollowedClock } from "../../server/rows/stores/followed-clock.ts";
import { LocalStore } from "../../server/rows/stores/local.ts";
import { localClock } from "../../server/rows/stores/local-clock.ts";
import { MemoryDisk } from "../../server/rows/stores/memory-disk.ts";
import { EasySeating, queued, ticketMsMax, world } from "./world.ts";

const hourMs = 3_600_000;

test("[P6] a bucket makes nobody wait longer than it takes to fill by one, wherever the clock steps", () => {
  const bucket = { burst: 3, refillMs: 1000 };
  let fullAtMs: number | undefined;
  for (let taken = 0; taken < 3; taken++) ({ fullAtMs } = spent(bucket, fullAtMs, hourMs));
  expect(spent(bucket, fullAtMs, hourMs).result).toEqual({ ok: false, retryAfterMs: 1000 });
  expect(spent(bucket, fullAtMs, 5).result).toEqual({ ok: false, retryAfterMs: 1000 });
  const after = spent(bucket, fullAtMs, 5);
  expect(spent(bucket, after.fullAtMs, 1005).result).toEqual({ ok: true });
  expect(spent(bucket, fullAtMs, 2 * hourMs).result).toEqual({ ok: true });
});

test("the clock of a local store goes by the monotonic one, whatever the wall clock does", async () => {
  const disk = new MemoryDisk();
  const machine = { wallMs: 10 * hourMs, steadyMs: 5 };
  const { nowMs, aheadMs } = clockOf(disk, machine);
  expect([nowMs(), aheadMs]).toEqual([10 * hourMs, 0]);
  machine.wallMs -= hourMs;
  machine.steadyMs += 700.5;
  expect(nowMs()).toBe(10 * hourMs + 700);
  machine.wallMs += 3 * hourMs;
  expect(nowMs()).toBe(10 * hourMs + 700);
});

test("[P7] a restart after the wall clock was set back goes on where the clock was", async () => {
  const disk = new MemoryDisk();
  const machine = { wallMs: 10 * hourMs, steadyMs: 0 };
  const { nowMs } = clockOf(disk, machine);
  const store = new LocalStore({ disk, nowMs });
  machine.steadyMs += 60_000;
  await store.commit("q:duel", { expect: [], put: [{ key: "a", value: "", keepMs: 5000 }] });
  const restarted = { wallMs: 9 * hourMs, steadyMs: 0 };
  const again = clockOf(disk, restarted);
  expect([again.nowMs(), again.aheadMs]).toEqual([10 * hourMs + 60_000, hourMs + 60_000]);
  const reopened = new LocalStore({ disk, nowMs: again.nowMs });
  expect(await reopened.read("q:duel", ["a"])).toMatchObject([{ key: "a" }]);
  restarted.steadyMs += 5001;
  expect(await reopened.read("q:duel", ["a"])).toEqual([undefined]);
});

test("another machine's clock is known to within the time of a look, and its steps are heard at the next one", async () => {
  const ours = { steadyMs: 1000 };
  const theirs = { aheadMs: 45_000 };
  const clock = new FollowedClock({ steadyMs: () => ours.steadyMs });
  const look = (thereMs: number, backMs: number) =>
    clock.look(async () => {
      ours.steadyMs += thereMs;
      const said = ours.steadyMs + theirs.aheadMs;
      ours.steadyMs += backMs;
      return said;
    });
  const errorMs = () => clock.nowMs() - ours.steadyMs - theirs.aheadMs;
  await look(10, 2);
  expect(Math.abs(errorMs())).toBeLessThanOrEqual(6);
  const before = errorMs();
  // A slow look says less than what is known already.
  await look(900, 0);
  expect(errorMs()).toBe(before);
  await look(1, 1);
  expect(Math.abs(errorMs())).toBeLessThanOrEqual(2);
  for (const stepMs of [-hourMs, 2 * hourMs]) {
    theirs.aheadMs += stepMs;
    await look(2, 2);
    expect(Math.abs(errorMs())).toBeLessThanOrEqual(3);
  }
});

test("a look that fails leaves the clock as it was", async () => {
  const clock = new FollowedClock({ steadyMs: () => 7 });
  await clock.look(async () => 500);
  await expect(clock.look(() => Promise.reject(new Error("away")))).rejects.toThrow("away");
  expect(clock.nowMs()).toBe(500);
});

test.each([-hourMs, hourMs / 6])(
  "a long poll ends after its time, also when the store's clock steps by %i ms",
  async (stepMs) => {
    const parts = world();
    const { ticket } = await queued(parts, "ann");
    let answered = false;
    const asked = { ticketId: ticket.id, userId: "ann", waitMs: 10_000 };
    const waiting = waitForTicket(parts, asked).then((found) => {
      answered = true;
      return found;
    });
    await parts.pass(3000);
    parts.step(stepMs);
    await parts.pass(6900);
    expect(answered).toBe(false);
    await parts.pass(200);
    expect(answered).toBe(true);
    expect((await waiting).ok).toBe(true);
  },
);

test("[P7] tickets live through a store's clock that is set back: matched at once, and ended after their time", async () => {
  const parts = world();
  const ann = await queued(parts, "ann");
  await parts.pass(1000);
  parts.step(-hourMs);
  const seating = new EasySeating();
  const director = parts.director(seating);
  director.start();
  await parts.pass(500);
  const redated = await readTicket(parts, { ticketId: ann.ticket.id, userId: "ann" });
  expect(redated).toMatchObject({ ok: true, ticket: { state: "waiting" } });
  if (redated.ok) expect(Math.abs(redated.ticket.createdAtMs - parts.nowMs())).toBeLessThan(1000);
  await queued(parts, "ben");
  await parts.pass(500);
  expect([...seating.matches.values()].map((users) => users.sort())).toEqual([["ann", "ben"]]);
  const cem = await queued(parts, "cem");
  parts.step(-hourMs);
  await parts.pass(ticketMsMax + 1000);
  const ended = await readTicket(parts, { ticketId: cem.ticket.id, userId: "cem" });
  expect(ended).toMatchObject({ ok: true, ticket: { state: "expired" } });
  await director.stop();
});

test("a leader leads on and proposals under way keep their time when the store's clock is set back", async () => {
  const parts = world();
  const seating = new EasySeating();
  const seats = Promise.withResolvers<undefined>();
  seating.before = () => seats.promise;
  const director = parts.director(seating);
  director.start();
  await queued(parts, "ann");
  await queued(parts, "ben");
  await parts.pass(300);
  parts.step(-hourMs);
  await parts.pass(2000);
  seats.resolve(undefined);
  await parts.pass(300);
  expect([...seating.matches.values()].map((users) => users.sort())).toEqual([["ann", "ben"]]);
  expect(seating.asked.length).toBe(1);
  expect(parts.logged.filter(({ message }) => message.startsWith("leads the queue")).length).toBe(
    parts.queues.size,
  );
  await director.stop();
});

function clockOf(disk: Disk, machine: { wallMs: number; steadyMs: number }) {
  return localClock(disk, { wallMs: () => machine.wallMs, steadyMs: () => machine.steadyMs });
}
