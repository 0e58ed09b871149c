/** Bans of users, devices and ranges of addresses, and sign-outs beside them: who is in them, and what is kept. */
import { expect, test } from "vitest";
import { type Asking, Bans, bansPart } from "../../server/accounts/bans.ts";
import { SignOuts, signOutsPart } from "../../server/accounts/sign-outs.ts";
import { addressRange, rangesOf } from "../../server/net/address-range.ts";
import { type World, world } from "../matchmaking/world.ts";
import { decorated } from "../rows/recording-store.ts";

const endedSessionsMax = 32;

const hourMs = 3_600_000;
const device = "device-of-mallory-1";

test.each([
  ["192.0.2.7", "192.0.2.7/32"],
  ["::ffff:192.0.2.7", "192.0.2.7/32"],
  ["192.0.2.7/24", "192.0.2.0/24"],
  [" 10.1.2.3/9 ", "10.0.0.0/9"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["2001:db8::1", "2001:db8:0:0:0:0:0:0/64"],
  ["2001:DB8:aaaa:bbbb:cccc::/48", "2001:db8:aaaa:0:0:0:0:0/48"],
  ["2001:db8::1/128", "2001:db8:0:0:0:0:0:1/128"],
])("the range %s is %s", (written, range) => {
  expect(addressRange(written)).toBe(range);
  expect(addressRange(range)).toBe(range);
  expect(rangesOf(written.trim().split("/")[0]!)).toContain(range);
});

test.each([
  "",
  "ada",
  "192.0.2.7/33",
  "192.0.2.7/-1",
  "192.0.2.7/",
  "192.0.2/24",
  "::1/129",
  "::1/64/64",
  "1/2",
])("%j is no range", (written) => {
  expect(addressRange(written)).toBeUndefined();
});

function bansOf(parts: World, more: { onNews?: () => void } = {}): Bans {
  return new Bans({ onNews: () => {}, ...parts, ...more });
}

test("a ban is about a user, a device, or a range of addresses, until its end and no longer", async () => {
  const parts = world();
  const bans = bansOf(parts);
  const untilMs = parts.nowMs() + hourMs;
  await bans.add({ kind: "user", of: "ann", untilMs, reason: "spam" });
  await bans.add({ kind: "device", of: device, untilMs });
  await bans.add({ kind: "range", of: addressRange("198.51.100.0/24")!, untilMs });
  await bans.add({ kind: "range", of: addressRange("2001:db8:7::/48")!, untilMs });
  const banned: readonly Asking[] = [
    { userId: "ann" },
    { userId: "guest:1", device },
    { userId: "guest:1", address: "198.51.100.200" },
    { address: "::ffff:198.51.100.1" },
    { device: undefined, address: "2001:db8:7:1234::1" },
  ];
  const free: readonly Asking[] = [
    { userId: "ben", device: "device-of-somebody", address: "198.51.101.1" },
    { address: "2001:db8:8::1" },
    { address: "unknown" },
    {},
  ];
  for (const asking of banned) expect(bans.banFor(asking)).toMatchObject({ untilMs });
  expect(bans.banFor({ userId: "ann" })?.reason).toBe("spam");
  for (const asking of free) expect(bans.banFor(asking)).toBeUndefined();
  await parts.pass(hourMs);
  for (const asking of banned) expect(bans.banFor(asking)).toBeUndefined();
  expect(bans.list({ from: 0, count: 10 })).toEqual({ bans: [], total: 0 });
});

test("[P8.2] another instance hears of a ban, and of its end, and lists what holds", async () => {
  const parts = world();
  let news = 0;
  const [here, there] = [bansOf(parts), bansOf(parts, { onNews: () => void news++ })];
  await there.refresh();
  const untilMs = parts.nowMs() + hourMs;
  for (const of of ["ann", "ben", "cleo"]) await here.add({ kind: "user", of, untilMs });
  await there.refresh();
  expect(news).toBe(1);
  expect(there.list({ from: 1, count: 1 })).toMatchObject({ bans: [{ of: "ben" }], total: 3 });
  expect(await here.lift("user", "ben")).toBe(true);
  expect(await here.lift("user", "dan")).toBe(false);
  await there.refresh();
  expect(there.banFor({ userId: "ben" })).toBeUndefined();
  expect(there.banFor({ userId: "ann" })).toMatchObject({ of: "ann" });
});

test("[P8] a ban that was lifted and said again holds, also where the lifting was heard late", async () => {
  const parts = world();
  const [here, there] = [bansOf(parts), bansOf(parts)];
  const ban = { kind: "user", of: "ann", untilMs: parts.nowMs() + hourMs } as const;
  await here.add(ban);
  await here.lift("user", "ann");
  await here.add(ban);
  await there.refresh();
  expect(there.banFor({ userId: "ann" })).toMatchObject({ of: "ann" });
});

function signOutsOf(parts: World, usersMax?: number): SignOuts {
  const more = usersMax === undefined ? {} : { usersMax };
  return new SignOuts({ onNews: () => {}, tokenMsMax: hourMs, ...parts, ...more });
}

const bearer = (userId: string, id: string, era = 0) => ({ userId, session: { id, era } });

test("[P6] however often a user signs out it is one row, and who does it all the time is out everywhere", async () => {
  const parts = world();
  const signOuts = signOutsOf(parts);
  for (let at = 0; at < endedSessionsMax; at++)
    await signOuts.endOne({ userId: "ann", sessionId: `session ${at}` });
  expect((await parts.store.changes(signOutsPart, 0, 100)).rows).toHaveLength(1);
  expect(signOuts.hasEnded(bearer("ann", "session 0"))).toBe(true);
  expect(signOuts.hasEnded(bearer("ann", "another"))).toBe(false);
  await signOuts.endOne({ userId: "ann", sessionId: "one more" });
  expect(signOuts.hasEnded(bearer("ann", "one more"))).toBe(true);
  expect(signOuts.hasEnded(bearer("ann", "another"))).toBe(true);
  expect(signOuts.hasEnded(bearer("ann", "the next", await signOuts.presentEraOf("ann")))).toBe(false);
});

test("[P6] a sign-out is kept until the session would be over anyway, and then it is gone everywhere", async () => {
  const parts = world();
  const signOuts = signOutsOf(parts);
  await signOuts.endOne({ userId: "ann", sessionId: "s" });
  await parts.pass(hourMs);
  await signOuts.refresh();
  expect(signOuts.hasEnded(bearer("ann", "s"))).toBe(true);
  await parts.pass(2 * hourMs);
  await signOuts.refresh();
  expect(signOuts.hasEnded(bearer("ann", "s"))).toBe(false);
  expect((await parts.store.changes(signOutsPart, 0, 100)).rows).toEqual([]);
});

test("[P6] when so many signed out that no more are kept, operators still sign users out, and ban", async () => {
  const parts = world();
  const signOuts = signOutsOf(parts, 2);
  const [ann, ben, cleo] = ["ann", "ben", "cleo"].map((userId) => ({ userId, sessionId: "s" }));
  for (const each of [ann!, ben!]) await signOuts.endOne(each);
  await expect(signOuts.endOne(cleo!)).rejects.toMatchObject({ code: "session/sign-outs-full" });
  await expect(signOuts.endAll("cleo", "user")).rejects.toMatchObject({ code: "session/sign-outs-full" });
  await signOuts.endOne({ userId: "ben", sessionId: "another" });
  await signOuts.endAll("cleo", "operator");
  expect(signOuts.hasEnded(bearer("cleo", "s"))).toBe(true);
});

test("[P6] a store that takes no more sign-outs takes bans, and says which of them is full", async () => {
  const real = world();
  const full = (part: string) =>
    decorated(real.store, {
      commit: async (asked, commit) =>
        asked === part ? { ok: false, reason: "feed-full" } : real.store.commit(asked, commit),
    });
  const signOuts = signOutsOf({ ...real, store: full(signOutsPart) });
  await expect(signOuts.endAll("ann", "operator")).rejects.toMatchObject({ code: "session/sign-outs-full" });
  const ban = { kind: "user", of: "ann", untilMs: real.nowMs() + hourMs } as const;
  await bansOf({ ...real, store: full(signOutsPart) }).add(ban);
  const bans = bansOf({ ...real, store: full(bansPart) });
  await expect(bans.add(ban)).rejects.toMatchObject({ code: "session/bans-full" });
});
