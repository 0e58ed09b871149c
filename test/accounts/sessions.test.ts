/** Sessions: any instance knows ours from others', a revocation reaches all of them, and keys change unnoticed. */
import { decodeProtectedHeader, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { identityProvider } from "../../server/accounts/identity-provider.ts";
import { assertProductionKeys } from "../../server/accounts/production.ts";
import { rateLimit, takeOne } from "../../server/accounts/rate-limit.ts";
import { clockSkewMs } from "../../server/accounts/session.ts";
import { sessionsPart } from "../../server/accounts/session-rows.ts";
import { joinerOf, Sessions, type SessionsOptions } from "../../server/accounts/sessions.ts";
import { VerifiedTokens } from "../../server/accounts/verified-tokens.ts";
import type { Put } from "../../server/rows/store.ts";
import { StoreError } from "../../server/store-error.ts";
import { refreshMs, type World, world } from "../matchmaking/world.ts";
import { decorated } from "../rows/recording-store.ts";
import { type IdentityServer, startIdentityServer, type TestClaims } from "./identity-server.ts";

const verifiedTokensMax = 10_000;

const developmentSecret = "holdfast-development-only";

const madeSecret = "auto";

const hourMs = 3_600_000;
const secret = "a secret of these tests, long enough";

const open = (parts: World, more: Partial<SessionsOptions> = {}) =>
  Sessions.open({
    ...parts,
    issuer: "holdfast",
    audience: "players",
    secret,
    tokenMs: 12 * hourMs,
    lifeMs: 48 * hourMs,
    keyPeriodMs: 24 * hourMs,
    ...more,
  });

async function guest(sessions: Sessions) {
  const issued = await sessions.issueGuest();
  if (!issued.ok) throw new Error(issued.detail);
  return issued;
}

test("[P8.1] a token of one instance is valid at every other, says who it is, and guests differ", async () => {
  const parts = world();
  const [first, second] = [await open(parts), await open(parts)];
  const [ann, ben] = [await guest(first), await guest(second)];
  expect(await second.check(ann.token)).toEqual({ ok: true, session: ann.session });
  expect(await first.check(ben.token)).toEqual({ ok: true, session: ben.session });
  expect(ann.session.userId).not.toBe(ben.session.userId);
});

test("a session ends with its time", async () => {
  const parts = world();
  const sessions = await open(parts);
  const { token } = await guest(sessions);
  await parts.pass(12 * hourMs - 1000);
  expect(await sessions.check(token)).toMatchObject({ ok: true });
  await parts.pass(1000 + clockSkewMs);
  expect(await sessions.check(token)).toMatchObject({ code: "session/expired" });
});

test("tokens of others, for others, unsigned, cut, or under our key's name are none of ours", async () => {
  const parts = world();
  const sessions = await open(parts);
  const { token } = await guest(sessions);
  const elsewhere = { issuer: "other" };
  const { privateKey } = await generateKeyPair("EdDSA");
  const kid = Math.floor(parts.nowMs() / (24 * hourMs)).toString(36);
  const claims = { sid: "x", iat: parts.nowMs() / 1000, exp: parts.nowMs() / 1000 + 60, sub: "ann" };
  const forged = new SignJWT({ ...claims, iss: "holdfast", aud: "players" }).setProtectedHeader({
    alg: "EdDSA",
    kid,
  });
  for (const bad of [
    (await guest(await open(parts, elsewhere))).token,
    (await guest(await open(parts, { audience: "operators" }))).token,
    await forged.sign(privateKey),
    new UnsecuredJWT({ ...claims, iss: "holdfast", aud: "players" }).encode(),
    token.slice(0, -2),
    "",
    "not a token",
  ])
    expect(await sessions.check(bad)).toMatchObject({ code: "session/invalid" });
});

test("[P8.2] a sign-out ends one session everywhere within a second, and the user's others go on", async () => {
  const parts = world();
  const [first, second] = [await open(parts), await open(parts)];
  const identity = { ok: true, userId: "idp:ann" } as const;
  const issued = [await first.exchange(identity), await first.exchange(identity)];
  const [one, other] = issued.map((each) => (each.ok ? each : expect.fail()));
  await first.signOut(one!.session);
  await parts.pass(refreshMs);
  for (const sessions of [first, second]) {
    expect(await sessions.check(one!.token)).toMatchObject({ code: "session/revoked" });
    expect(await sessions.check(other!.token)).toMatchObject({ ok: true });
  }
});

test("signing out everywhere ends what was issued until now; the next session is valid at once", async () => {
  const parts = world();
  const sessions = await open(parts);
  const identity = { ok: true, userId: "idp:ann" } as const;
  const before = await sessions.exchange(identity);
  await parts.pass(1);
  await sessions.signOutEverywhere("idp:ann");
  await parts.pass(1);
  const after = await sessions.exchange(identity);
  expect(before.ok && (await sessions.check(before.token))).toMatchObject({ code: "session/revoked" });
  expect(after.ok && (await sessions.check(after.token))).toMatchObject({ ok: true });
});

test("a token that was good a moment ago is asked for its time, its session and its key again", async () => {
  const parts = world();
  const sessions = await open(parts, { tokenMs: hourMs });
  const [ann, ben, eve] = [await guest(sessions), await guest(sessions), await guest(sessions)];
  for (const { token } of [ann, ben, eve]) expect(await sessions.check(token)).toMatchObject({ ok: true });
  await sessions.signOut(ann.session);
  expect(await sessions.check(ann.token)).toMatchObject({ code: "session/revoked" });
  await parts.pass(hourMs + clockSkewMs + 1000);
  expect(await sessions.check(ben.token)).toMatchObject({ code: "session/expired" });
  expect(await sessions.check(ben.token)).toMatchObject({ code: "session/expired" });
});

test("a token that was good a moment ago is none of ours when the store came back without its key", async () => {
  const real = world();
  let away = false;
  const store = decorated(real.store, {
    changes: async (...asked) => {
      if (away) throw new StoreError("store/unavailable", "away");
      return real.store.changes(...asked);
    },
  });
  const parts = { ...real, store };
  const sessions = await open(parts);
  const { token } = await guest(sessions);
  expect(await sessions.check(token)).toMatchObject({ ok: true });
  away = true;
  await parts.pass(11_000);
  const key = (await real.store.changes(sessionsPart, 0, 10)).rows.find((row) => row.key.startsWith("key:"))!;
  await real.store.commit(sessionsPart, {
    expect: [],
    put: [{ key: key.key, value: key.value, keepMs: 1 }],
  });
  away = false;
  await parts.pass(2000);
  expect(await sessions.check(token)).toMatchObject({ code: "session/invalid" });
});

test("[P6] so many good tokens are remembered and no more; one that was forgotten is good all the same", () => {
  const tokens = new VerifiedTokens();
  const session = { userId: "ann", sessionId: "s", era: 0, issuedAtMs: 1, expiresAtMs: 2 };
  for (let at = 0; at <= verifiedTokensMax; at++) tokens.add(`token ${at}`, { session, kid: "k" });
  expect(tokens.size).toBe(verifiedTokensMax);
  expect(tokens.get("token 0")).toBeUndefined();
  expect(tokens.get(`token ${verifiedTokensMax}`)).toEqual({ session, kid: "k" });
});

test("a ban ends the user's sessions and gives none until it is over, also when they sign out meanwhile", async () => {
  const parts = world();
  const [first, second] = [await open(parts), await open(parts)];
  const identity = { ok: true, userId: "idp:ann" } as const;
  const before = await second.exchange(identity);
  await first.ban({ kind: "user", of: "idp:ann", untilMs: parts.nowMs() + 2 * hourMs });
  await second.signOutEverywhere("idp:ann");
  await parts.pass(refreshMs);
  expect(before.ok && (await second.check(before.token))).toMatchObject({ code: "session/revoked" });
  expect(await second.exchange(identity)).toMatchObject({ code: "session/banned" });
  await parts.pass(2 * hourMs);
  expect(await second.exchange(identity)).toMatchObject({ ok: true });
});

test("[P8.1] keys change with time; what the last one signed stays valid, at an instance that never saw it too", async () => {
  const parts = world();
  const [first, other] = [await open(parts), await open(parts)];
  const old = await guest(first);
  // Less than a session lasts, and over the end of a key's day.
  await parts.pass(3 * hourMs);
  const fresh = await guest(first);
  expect(fresh.token.split(".")[0]).not.toBe(old.token.split(".")[0]);
  for (const sessions of [first, other, await open(parts)])
    for (const { token } of [old, fresh]) expect(await sessions.check(token)).toMatchObject({ ok: true });
});

test("[P6] an instance that does not hear of revocations trusts nobody after a while", async () => {
  const parts = world();
  const sessions = await open(parts);
  const { token } = await guest(sessions);
  await parts.store.close();
  await parts.pass(5000);
  expect(await sessions.check(token)).toMatchObject({ ok: true });
  await parts.pass(6000);
  expect(await sessions.check(token)).toMatchObject({ code: "session/unchecked" });
  expect(parts.logged).toHaveLength(1);
});

test("[P7] a ban that an earlier version kept among the keys still holds, until it is lifted", async () => {
  const parts = world();
  const untilMs = parts.nowMs() + hourMs;
  const value = JSON.stringify({ issuedMsMax: 1, untilMs, bannedUntilMs: untilMs });
  const put: Put[] = [{ key: "user:idp:ann", value, keepMs: hourMs, feedMs: hourMs }];
  await parts.store.commit(sessionsPart, { expect: [], put });
  const identity = { ok: true, userId: "idp:ann" } as const;
  const sessions = await open(parts);
  expect(await sessions.exchange(identity)).toMatchObject({ code: "session/banned" });
  await sessions.lift("user", "idp:ann");
  expect(await (await open(parts)).exchange(identity)).toMatchObject({ ok: true });
});

test("[P8.2] an instance that was away from the store catches up with bans and sign-outs, and says so", async () => {
  const real = world();
  let away = false;
  const store = decorated(real.store, {
    changes: async (...asked) => {
      if (away) throw new StoreError("store/unavailable", "away");
      return real.store.changes(...asked);
    },
  });
  const [here, there] = [await open(real), await open({ ...real, store })];
  let heard = 0;
  there.onEnded(() => void heard++);
  const [ann, ben] = [await guest(here), await guest(here)];
  away = true;
  await real.pass(2000);
  await here.ban({ kind: "user", of: ann.session.userId, untilMs: real.nowMs() + hourMs });
  await here.signOut(ben.session);
  await real.pass(20_000);
  expect(there.barred(joinerOf(ann.session))).toBeUndefined();
  away = false;
  await real.pass(2 * refreshMs);
  expect(heard).toBeGreaterThan(0);
  expect(there.barred(joinerOf(ann.session))).toBe("session/banned");
  expect(there.barred(joinerOf(ben.session))).toBe("session/revoked");
  expect(there.barred({ userId: ann.session.userId })).toBe("session/banned");
});

test("[P7] an instance with another secret does not start, and says why", async () => {
  const parts = world();
  await open(parts);
  await expect(open(parts, { secret: "another secret" })).rejects.toMatchObject({
    code: "session/other-secret",
  });
});

test("production refuses the development secret and a short one", () => {
  const refused = { ok: false, code: "session/development-key" };
  const given = (secret: string, keepsApart = false, production = true) =>
    assertProductionKeys({ production, secret, keepsApart });
  expect(given(developmentSecret)).toMatchObject(refused);
  expect(given("short")).toMatchObject(refused);
  expect(given(secret)).toEqual({ ok: true });
  expect(given(developmentSecret, false, false)).toEqual({ ok: true });
  // Made by the server: in a data directory it lies apart from what it seals, in Redis beside it.
  expect(given(madeSecret)).toMatchObject(refused);
  expect(given(madeSecret, true)).toEqual({ ok: true });
});

test("[P6] a client that asks too often is told when to ask again", async () => {
  const { store, pass } = world();
  const limit = rateLimit("tickets per user", { perSecond: 2, burst: 2 });
  expect(await takeOne(store, limit, "ann")).toEqual({ ok: true });
  expect(await takeOne(store, limit, "ann")).toEqual({ ok: true });
  expect(await takeOne(store, limit, "ann")).toMatchObject({ code: "rate/limited", retryAfterMs: 500 });
  expect(await takeOne(store, limit, "ben")).toEqual({ ok: true });
  await pass(500);
  expect(await takeOne(store, limit, "ann")).toEqual({ ok: true });
});

let provider: IdentityServer;
beforeAll(async () => {
  provider = await startIdentityServer();
});
afterAll(() => provider.close());

test("a provider's token is exchanged for a session of its user; a wrong one is refused", async () => {
  const parts = world();
  const sessions = await open(parts);
  const { settings } = provider;
  const external = (claims: TestClaims = {}) => provider.token(parts.nowMs(), claims);
  const ask = identityProvider(settings, parts);
  const issued = await sessions.exchange(await ask(await external()));
  expect(issued).toMatchObject({ ok: true, session: { userId: "idp:auth0|ann" } });
  const odd = await ask(await external({ sub: "{a}\u0001".repeat(100) }));
  expect(odd.ok && odd.userId).toMatch(/^idp:~[\w-]{43}$/);
  for (const wrong of [{ iss: "x" }, { aud: "x" }, { forMs: -hourMs }])
    expect(await ask(await external(wrong))).toMatchObject({ code: "session/identity-refused" });
  expect(await ask("nonsense")).toMatchObject({ code: "session/identity-refused" });
  const nobody = identityProvider({ ...settings, jwksUrl: "http://127.0.0.1:9/" }, parts);
  expect(await nobody(await external())).toMatchObject({ code: "session/identity-unavailable" });
});

test("[P8] another key signs when an operator asks for it, on every instance, and what was signed before stays good", async () => {
  const parts = world();
  const [first, second] = [await open(parts), await open(parts)];
  const before = await guest(first);
  const kid = await first.rotateKeys(false);
  await parts.pass(2 * refreshMs);
  const after = await guest(second);
  expect(decodeProtectedHeader(after.token).kid).toBe(kid);
  expect(decodeProtectedHeader(before.token).kid).not.toBe(kid);
  for (const sessions of [first, second]) {
    expect(await sessions.check(before.token)).toMatchObject({ ok: true });
    expect(await sessions.check(after.token)).toMatchObject({ ok: true });
  }
  const third = await open(parts);
  expect(decodeProtectedHeader((await guest(third)).token).kid).toBe(kid);
  expect(await second.rotateKeys(false)).not.toBe(kid);
});

test("[P8] with the sessions ended, no token of before is good anywhere, a refresh neither", async () => {
  const parts = world();
  const [first, second] = [await open(parts), await open(parts)];
  const before = await guest(first);
  expect(await second.check(before.token)).toMatchObject({ ok: true });
  await first.rotateKeys(true);
  await parts.pass(2 * refreshMs);
  for (const sessions of [first, second, await open(parts)]) {
    expect(await sessions.check(before.token)).toMatchObject({ ok: false, code: "session/invalid" });
    expect(await sessions.refresh(before.refreshToken)).toMatchObject({ ok: false });
    expect(await sessions.check((await guest(sessions)).token)).toMatchObject({ ok: true });
  }
});

test("of two operators who ask in the same moment both get a key, and the later one signs", async () => {
  const parts = world();
  const [first, second] = [await open(parts), await open(parts)];
  const kids = await Promise.all([first.rotateKeys(false), second.rotateKeys(true)]);
  await parts.pass(2 * refreshMs);
  expect(new Set(kids).size).toBe(2);
  const now = [await guest(first), await guest(second)].map(({ token }) => decodeProtectedHeader(token).kid);
  expect(new Set(now).size).toBe(1);
  expect(kids).toContain(now[0]);
});

test("[P1.16] a profile stays with its session, at every instance and over a refresh, and guests have none", async () => {
  const parts = world();
  const [first, second] = [await open(parts), await open(parts)];
  const profile = { rank: 3 };
  const begun = await first.exchange({ ok: true, userId: "idp:ann", profile });
  if (!begun.ok) throw new Error(begun.detail);
  const checked = await second.check(begun.token);
  if (!checked.ok) throw new Error(checked.detail);
  expect(joinerOf(checked.session)).toMatchObject({ userId: "idp:ann", profile });
  const refreshed = await second.refresh(begun.refreshToken);
  expect(refreshed).toMatchObject({ ok: true, session: { profile } });
  expect(joinerOf((await guest(first)).session)).not.toHaveProperty("profile");
  for (const sessions of [first, second]) sessions.close();
});
