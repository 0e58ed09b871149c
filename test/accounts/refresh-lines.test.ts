/** Refresh tokens: each is used once, a lost answer locks nobody out, and of two who use one session both are out. */
import { describe, expect, test } from "vitest";
import { nextLine, type RefreshLine } from "../../server/accounts/refresh-lines.ts";
import { Sessions } from "../../server/accounts/sessions.ts";
import { StoreError } from "../../server/store-error.ts";
import { type World, world } from "../matchmaking/world.ts";
import { decorated } from "../rows/recording-store.ts";

const sameAnswerMs = 30_000;

const minuteMs = 60_000;

const open = (parts: World) =>
  Sessions.open({
    ...parts,
    ...{ issuer: "holdfast", audience: "players", secret: "a secret of these tests, long enough" },
    ...{ tokenMs: minuteMs, lifeMs: 5 * minuteMs, keyPeriodMs: 24 * 60 * minuteMs },
  });

async function begun(sessions: Sessions) {
  const issued = await sessions.issueGuest("Ann");
  return issued.ok ? issued : expect.fail(issued.detail);
}

async function refreshed(sessions: Sessions, refreshToken: string): Promise<string> {
  const issued = await sessions.refresh(refreshToken);
  return issued.ok ? issued.refreshToken : expect.fail(issued.detail);
}

const later = (parts: World) => parts.pass(sameAnswerMs + 1);

describe("a refresh token", () => {
  test("[P8] leads to the next of the same session, as long as the session is refreshed, at any instance", async () => {
    const parts = world();
    const instances = [await open(parts), await open(parts)];
    const { refreshToken, session } = await begun(instances[0]!);
    let held = refreshToken;
    for (let at = 0; at < 6; at++) {
      held = await refreshed(instances[at % 2]!, held);
      await parts.pass(4 * minuteMs);
    }
    expect(await instances[0]!.refresh(held)).toMatchObject({
      ok: true,
      session: { userId: session.userId, sessionId: session.sessionId, name: "Ann" },
    });
  });

  test("[P7] whose answer was lost is good again, however often and however much later it is shown", async () => {
    const parts = world();
    const sessions = await open(parts);
    const { refreshToken } = await begun(sessions);
    for (const passMs of [0, 10, sameAnswerMs, minuteMs, 2 * minuteMs]) {
      await parts.pass(passMs);
      await refreshed(sessions, refreshToken);
    }
    await refreshed(sessions, await refreshed(sessions, refreshToken));
  });

  test("[P8] that is shown twice at the same time gives two answers, and both lead on", async () => {
    const parts = world();
    const instances = [await open(parts), await open(parts)];
    const { refreshToken } = await begun(instances[0]!);
    const both = await Promise.all(instances.map((sessions) => refreshed(sessions, refreshToken)));
    await later(parts);
    await refreshed(instances[0]!, both[0]!);
    await refreshed(instances[1]!, both[1]!);
  });

  test("[P1.10] that was used before the last one ends its session, for every client that has it, and no other", async () => {
    const parts = world();
    const [here, there] = [await open(parts), await open(parts)];
    const { refreshToken: stolen, token } = await begun(here);
    const other = await begun(here);
    const second = await refreshed(here, stolen);
    await later(parts);
    const third = await refreshed(here, second);
    expect(await there.refresh(stolen)).toMatchObject({ ok: false, code: "session/reused" });
    await parts.pass(1000);
    for (const sessions of [here, there]) {
      expect(await sessions.check(token)).toMatchObject({ code: "session/revoked" });
      for (const each of [stolen, second, third])
        expect(await sessions.refresh(each)).toMatchObject({ code: "session/revoked" });
      expect(await sessions.check(other.token)).toMatchObject({ ok: true });
    }
    await refreshed(here, other.refreshToken);
  });

  test("[P1.10] that a thief uses after its owner did is found out when the owner goes on, and the other way round", async () => {
    const parts = world();
    const sessions = await open(parts);
    for (const _ of ["owner first", "thief first"]) {
      const { refreshToken } = await begun(sessions);
      const one = await refreshed(sessions, refreshToken);
      await later(parts);
      const other = await refreshed(sessions, refreshToken);
      expect(await sessions.refresh(one)).toMatchObject({ ok: false, code: "session/reused" });
      expect(await sessions.refresh(other)).toMatchObject({ ok: false, code: "session/revoked" });
    }
  });

  test("[P7] that cannot be written down gives nothing, and is good when the store is back", async () => {
    const real = world();
    let away = false;
    const store = decorated(real.store, {
      commit: async (part, commit) => {
        if (away && part.startsWith("refreshes:")) throw new StoreError("store/unavailable", "away");
        return real.store.commit(part, commit);
      },
    });
    const sessions = await open({ ...real, store });
    const { refreshToken } = await begun(sessions);
    away = true;
    await expect(sessions.refresh(refreshToken)).rejects.toMatchObject({ code: "store/unavailable" });
    away = false;
    await refreshed(sessions, refreshToken);
  });
});

const before: RefreshLine = { used: "a", given: "b", atMs: 1_000_000 };
const soon = before.atMs + sameAnswerMs;

test.each<[string, RefreshLine | undefined, string, number, RefreshLine | "reused"]>([
  ["the first of a session", undefined, "a", 5, { used: "a", given: "n", atMs: 5 }],
  ["the next one", before, "b", soon, { used: "b", given: "n", atMs: soon }],
  ["the same again at once", before, "a", soon, before],
  ["the same again later", before, "a", soon + 1, { used: "a", given: "n", atMs: soon + 1 }],
  ["the same again after the clock was set back", before, "a", 0, { used: "a", given: "n", atMs: 0 }],
  ["one of before", before, "z", soon, "reused"],
  ["one of an instance that names none", before, "", soon, { used: "", given: "n", atMs: soon }],
])("what follows when %s is used", (_what, line, shown, nowMs, after) => {
  expect(nextLine(line, shown, { next: "n", nowMs })).toEqual(after);
});
