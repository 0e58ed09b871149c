/**
 * Sessions, sign-outs and bans where clocks differ and step: instances whose clocks are 45 s apart, and a store whose
 * clock is set back or ahead by an hour.
 */
import { describe, expect, test } from "vitest";
import type { Session } from "../../server/accounts/session.ts";
import { clockSkewMs } from "../../server/accounts/session.ts";
import { Sessions } from "../../server/accounts/sessions.ts";
import { refreshMs, type World, world } from "../matchmaking/world.ts";

const hourMs = 3_600_000;
const apartMs = 45_000;
const ann = { ok: true, userId: "id:ann" } as const;

function open(parts: World, aheadMs = 0): Promise<Sessions> {
  return Sessions.open({
    ...parts,
    ...{ issuer: "holdfast", audience: "holdfast", secret: "test" },
    ...{ tokenMs: hourMs, lifeMs: 4 * hourMs, keyPeriodMs: 24 * hourMs },
    nowMs: () => parts.nowMs() + aheadMs,
  });
}

interface Issued {
  readonly token: string;
  readonly refreshToken: string;
  readonly session: Session;
}

async function annAt(sessions: Sessions): Promise<Issued> {
  const issued = await sessions.exchange(ann);
  if (!issued.ok) throw new Error(issued.detail);
  return issued;
}

describe.each([
  ["behind", -apartMs],
  ["ahead", apartMs],
])("an instance whose clock is 45 s %s", (_where, aheadMs) => {
  test("[P8] ends what it should with a sign-out everywhere, and nothing that began after it", async () => {
    const parts = world();
    const [right, skewed] = [await open(parts), await open(parts, aheadMs)];
    for (const [ends, begins] of [
      [right, skewed],
      [skewed, right],
    ] as const) {
      const before = [await annAt(right), await annAt(skewed)];
      await ends.signOutEverywhere(ann.userId);
      const after = await annAt(begins);
      await parts.pass(refreshMs);
      for (const sessions of [right, skewed]) {
        for (const { token, refreshToken } of before) {
          expect(await sessions.check(token)).toMatchObject({ code: "session/revoked" });
          expect(await sessions.refresh(refreshToken)).toMatchObject({ code: "session/revoked" });
        }
        expect(await sessions.check(after.token)).toMatchObject({ ok: true });
        expect(await sessions.refresh(after.refreshToken)).toMatchObject({ ok: true });
      }
    }
  });

  test("takes tokens of the others, and they its own, for as long as these say", async () => {
    const parts = world();
    const [right, skewed] = [await open(parts), await open(parts, aheadMs)];
    const tokens = [(await annAt(right)).token, (await annAt(skewed)).token];
    const judged = async () =>
      Promise.all([right, skewed].flatMap((sessions) => tokens.map((token) => sessions.check(token))));
    await parts.pass(hourMs - 1000);
    for (const each of await judged()) expect(each).toMatchObject({ ok: true });
    await parts.pass(apartMs + clockSkewMs + 1000);
    for (const each of await judged()) expect(each).toMatchObject({ code: "session/expired" });
  });

  test("bans, and is told of bans, to within what the clocks are apart", async () => {
    const parts = world();
    const [right, skewed] = [await open(parts), await open(parts, aheadMs)];
    await right.ban({ kind: "user", of: ann.userId, untilMs: parts.nowMs() + hourMs });
    await parts.pass(refreshMs);
    await parts.pass(hourMs - apartMs - 1000);
    for (const sessions of [right, skewed])
      expect(await sessions.exchange(ann)).toMatchObject({ code: "session/banned" });
    await parts.pass(2 * apartMs + 1000);
    for (const sessions of [right, skewed]) expect(await sessions.exchange(ann)).toMatchObject({ ok: true });
  });
});

describe.each([
  ["back", -hourMs],
  ["ahead", hourMs],
])("a store whose clock is set %s by an hour", (_where, stepMs) => {
  test("[P8] forgets no sign-out and no ban, and locks nobody out", async () => {
    const parts = world();
    const [here, there] = [await open(parts), await open(parts)];
    const [out, remaining] = [await annAt(here), await here.exchange({ ok: true, userId: "id:ben" })];
    if (!remaining.ok) throw new Error(remaining.detail);
    await here.signOut(out.session);
    await here.ban({ kind: "user", of: "id:cleo", untilMs: parts.nowMs() + 2 * hourMs });
    await parts.pass(refreshMs);
    parts.step(stepMs);
    await parts.pass(20_000);
    for (const sessions of [here, there, await open(parts)]) {
      expect(await sessions.check(out.token)).not.toMatchObject({ ok: true });
      expect(await sessions.refresh(out.refreshToken)).toMatchObject({ code: "session/revoked" });
      expect(await sessions.exchange({ ok: true, userId: "id:cleo" })).toMatchObject({
        code: "session/banned",
      });
      const refreshed = await sessions.refresh(remaining.refreshToken);
      expect(refreshed.ok && (await sessions.check(refreshed.token))).toMatchObject({ ok: true });
    }
    await here.signOutEverywhere(ann.userId);
    const again = await annAt(there);
    expect(await there.check(again.token)).toMatchObject({ ok: true });
    expect(there.mayWait(ann.userId, parts.nowMs())).toBe(true);
  });

  test("lets who signed out everywhere before it queue after it", async () => {
    const parts = world();
    const sessions = await open(parts);
    await sessions.signOutEverywhere(ann.userId);
    parts.step(stepMs);
    await parts.pass(refreshMs);
    expect(sessions.mayWait(ann.userId, parts.nowMs())).toBe(true);
  });
});
