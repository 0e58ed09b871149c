/** What sessions and bans go through, and what the metrics say of it. */
import { expect, test } from "vitest";
import { Sessions } from "../../server/accounts/sessions.ts";
import { Metrics } from "../../server/ops/metrics.ts";
import { samplesOf } from "../docs/described-metrics.ts";
import { world } from "../matchmaking/world.ts";

const hourMs = 3_600_000;

async function measured() {
  const metrics = new Metrics({ process: false });
  const there = world();
  const sessions = await Sessions.open({
    ...there,
    ...{ issuer: "holdfast", audience: "players", secret: "a secret of these tests, long enough" },
    ...{ tokenMs: hourMs, lifeMs: 4 * hourMs, keyPeriodMs: 24 * hourMs },
    accountMetrics: metrics.accounts,
  });
  metrics.beforeReading(() => metrics.accounts.bans(sessions.bans.inForce()));
  /** The metrics of sessions and bans that are not 0. */
  const read = async () => {
    const samples = [...samplesOf((await metrics.text()).text)];
    const ours = samples.filter(([name, value]) => /_sessions_|_bans/.test(name) && value !== 0);
    return Object.fromEntries(ours.map(([name, value]) => [name.replace("holdfast_", ""), value]));
  };
  return { there, sessions, read };
}

test("a session is counted where it begins and at every refresh, and a refusal with its code", async () => {
  const { sessions, read } = await measured();
  const ann = await sessions.issueGuest("Ann");
  await sessions.exchange({ ok: true, userId: "id:ben" });
  await sessions.exchange({ ok: false, code: "session/identity-refused", detail: "expired" });
  if (!ann.ok) throw new Error(ann.detail);
  expect((await sessions.refresh(ann.refreshToken)).ok).toBe(true);
  await sessions.refresh("nonsense");
  expect((await sessions.check(ann.token)).ok).toBe(true);
  await sessions.check("nonsense");
  await sessions.signOut(ann.session);
  await sessions.check(ann.token);
  expect(await read()).toEqual({
    'sessions_begun_total{as="guest"}': 1,
    'sessions_begun_total{as="identity"}': 1,
    sessions_refreshed_total: 1,
    'sessions_refused_total{request="begin",code="session/identity-refused"}': 1,
    'sessions_refused_total{request="refresh",code="session/invalid"}': 1,
    'sessions_refused_total{request="check",code="session/invalid"}': 1,
    'sessions_refused_total{request="check",code="session/revoked"}': 1,
  });
  sessions.close();
});

test("a ban is in force until it ends or is lifted, and its user is refused", async () => {
  const { there, sessions, read } = await measured();
  const untilMs = there.nowMs() + hourMs;
  await sessions.ban({ kind: "user", of: "id:ann", untilMs });
  await sessions.ban({ kind: "user", of: "id:ann", untilMs: untilMs + 1 });
  await sessions.ban({ kind: "range", of: "192.0.2.0/24", untilMs: untilMs + hourMs });
  await sessions.issueGuest("Cat", { address: "192.0.2.7" });
  expect(await read()).toEqual({
    'bans{kind="user"}': 1,
    'bans{kind="range"}': 1,
    'sessions_refused_total{request="begin",code="session/banned"}': 1,
  });
  await there.pass(hourMs + 2);
  expect(await read()).toMatchObject({ 'bans{kind="range"}': 1 });
  expect(await read()).not.toHaveProperty(['bans{kind="user"}']);
  await sessions.lift("range", "192.0.2.0/24");
  expect(await read()).not.toHaveProperty(['bans{kind="range"}']);
  sessions.close();
});
