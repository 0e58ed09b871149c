/** Sign-outs that an earlier version kept among the signing keys: they hold after an upgrade, and while it goes on. */
import { expect, test } from "vitest";
import { EarlierSignOuts } from "../../server/accounts/earlier-sign-outs.ts";
import { sessionsPart } from "../../server/accounts/session-rows.ts";
import { Sessions } from "../../server/accounts/sessions.ts";
import type { Put } from "../../server/rows/store.ts";
import { refreshMs, type World, world } from "../matchmaking/world.ts";

const hourMs = 3_600_000;
const ann = { ok: true, userId: "idp:ann" } as const;

const open = (parts: World) =>
  Sessions.open({
    ...parts,
    ...{ issuer: "holdfast", audience: "players", secret: "a secret of these tests, long enough" },
    ...{ tokenMs: 12 * hourMs, lifeMs: 48 * hourMs, keyPeriodMs: 24 * hourMs },
  });

async function begun(sessions: Sessions) {
  const issued = await sessions.exchange(ann);
  return issued.ok ? issued : expect.fail(issued.detail);
}

/** As the earlier version wrote it. */
async function earlier(parts: World, key: string, more: object = {}): Promise<void> {
  const [issuedMsMax, untilMs] = [parts.nowMs(), parts.nowMs() + 24 * hourMs];
  const value = JSON.stringify({ issuedMsMax, untilMs, ...more });
  const put: Put[] = [{ key, value, keepMs: 24 * hourMs, feedMs: 24 * hourMs, tell: true }];
  await parts.store.commit(sessionsPart, { expect: [], put });
}

const revoked = { ok: false, code: "session/revoked" };

test("[P7] a session that was signed out before an upgrade is over after it, and the user's others go on", async () => {
  const parts = world();
  const before = await open(parts);
  const [one, other] = [await begun(before), await begun(before)];
  await earlier(parts, `session:${one.session.sessionId}`);
  for (const sessions of [await open(parts), await open(parts)]) {
    expect(await sessions.check(one.token)).toMatchObject(revoked);
    expect(await sessions.refresh(one.refreshToken)).toMatchObject(revoked);
    expect(await sessions.check(other.token)).toMatchObject({ ok: true });
  }
});

test("[P7] who signed out everywhere before an upgrade is out after it, and in again with what they began since", async () => {
  const parts = world();
  const before = await open(parts);
  const old = await begun(before);
  const queuedAtMs = parts.nowMs();
  await parts.pass(1);
  await earlier(parts, `user:${ann.userId}`);
  await parts.pass(1);
  const since = await begun(before);
  for (const sessions of [await open(parts), await open(parts)]) {
    expect(await sessions.check(old.token)).toMatchObject(revoked);
    expect(await sessions.check(since.token)).toMatchObject({ ok: true });
    expect(sessions.mayWait(ann.userId, queuedAtMs)).toBe(false);
    expect(sessions.mayWait(ann.userId, parts.nowMs())).toBe(true);
  }
});

test("[P7] the sessions of who was banned before an upgrade stay over when the ban is lifted", async () => {
  const parts = world();
  const old = await begun(await open(parts));
  await parts.pass(1);
  await earlier(parts, `user:${ann.userId}`, { bannedUntilMs: parts.nowMs() + hourMs });
  const upgraded = await open(parts);
  expect(await upgraded.check(old.token)).toMatchObject({ code: "session/banned" });
  await upgraded.lift("user", ann.userId);
  await parts.pass(refreshMs);
  for (const sessions of [upgraded, await open(parts)]) {
    expect(await sessions.check(old.token)).toMatchObject(revoked);
    expect(await sessions.check((await begun(sessions)).token)).toMatchObject({ ok: true });
  }
});

test("[P8] what an instance of the earlier version ends while a fleet is upgraded ends at the others too", async () => {
  const parts = world();
  const sessions = await open(parts);
  const [one, other] = [await begun(sessions), await begun(sessions)];
  await earlier(parts, `session:${one.session.sessionId}`);
  await parts.pass(refreshMs);
  expect(await sessions.check(one.token)).toMatchObject(revoked);
  await earlier(parts, `user:${ann.userId}`);
  await parts.pass(refreshMs);
  expect(await sessions.check(other.token)).toMatchObject(revoked);
  expect(await sessions.refresh(other.refreshToken)).toMatchObject(revoked);
});

test("[P8.2] a ban that an instance of the earlier version says meanwhile holds at the others too, until it is lifted", async () => {
  const parts = world();
  const [here, there] = [await open(parts), await open(parts)];
  await earlier(parts, `user:${ann.userId}`, { bannedUntilMs: parts.nowMs() + hourMs });
  await parts.pass(2 * refreshMs);
  for (const sessions of [here, there])
    expect(await sessions.exchange(ann)).toMatchObject({ code: "session/banned" });
  await here.lift("user", ann.userId);
  await parts.pass(2 * refreshMs);
  for (const sessions of [here, there, await open(parts)])
    expect(await sessions.exchange(ann)).toMatchObject({ ok: true });
});

test("[P6] so many are remembered; of one more the oldest goes, and no token of up to then is taken", () => {
  const signOuts = new EarlierSignOuts(2);
  for (const at of [1, 2, 3]) {
    const value = JSON.stringify({ issuedMsMax: at * 100, untilMs: 1000 });
    signOuts.take({ key: `session:s${at}`, version: at, value });
  }
  const issued = (sessionId: string, issuedAtMs: number) => ({ userId: "ben", sessionId, issuedAtMs });
  expect(signOuts.hasEnded(issued("s1", 50))).toBe(true);
  expect(signOuts.hasEnded(issued("another", 100))).toBe(true);
  expect(signOuts.hasEnded(issued("another", 101))).toBe(false);
  expect(signOuts.hasEnded(issued("s3", 250))).toBe(true);
});

test("[P6] one that ended only what is over by now is forgotten", () => {
  const signOuts = new EarlierSignOuts(2);
  const value = JSON.stringify({ issuedMsMax: 100, untilMs: 1000 });
  signOuts.take({ key: "session:s", version: 1, value });
  signOuts.forgetOver(1000);
  expect(signOuts.size).toBe(1);
  signOuts.forgetOver(1000 + hourMs);
  expect(signOuts.size).toBe(0);
});
