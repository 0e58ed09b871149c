/** Matchmaking as a process opens it: settings that contradict each other stop the start, and who is let in. */
import { afterEach, expect, test } from "vitest";
import { type Matchmaking, openMatchmaking } from "../../../server/compose/matchmaking/open.ts";
import { builtInGames } from "../../../server/games.ts";
import { openLog } from "../../../server/ops/log.ts";
import { Metrics } from "../../../server/ops/metrics.ts";
import { type Config, settings } from "../../../server/settings/settings.ts";
import { samplesOf } from "../../docs/described-metrics.ts";

const opened: Matchmaking[] = [];

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const defaults = Object.fromEntries(
  Object.entries(settings).map(([name, setting]) => [name, setting.default]),
);

const metrics = new Metrics({ process: false });

async function open(differing: Partial<Config>): Promise<Matchmaking> {
  const config = { ...defaults, store: "memory", ...differing } as Config;
  const matchmaking = await openMatchmaking({ config, games: builtInGames, log: openLog("silent"), metrics });
  opened.push(matchmaking);
  return matchmaking;
}

const provider = { identityJwks: "https://id.example/jwks", identityIssuer: "https://id.example" };

test.each<[string, Partial<Config>, string, RegExp]>([
  ["the development key in production", { production: true }, "session/development-key", /--session-secret/],
  ["a short key in production", { production: true, sessionSecret: "x" }, "session/development-key", /32/],
  [
    "a provider without an issuer",
    { ...provider, identityIssuer: "none" },
    "session/provider-invalid",
    /issuer/,
  ],
  [
    "a provider that is no address",
    { ...provider, identityJwks: "id" },
    "session/provider-invalid",
    /address/,
  ],
  [
    "a provider named as guests are",
    { ...provider, identityName: "guest" },
    "session/provider-invalid",
    /guest/,
  ],
  ["a provider with an odd name", { ...provider, identityName: "a:b" }, "session/provider-invalid", /a-z/],
  ["queues that are not there", { queues: "/nothing.json" }, "queue/invalid", /ENOENT/],
])("[P7] %s stops the start, and says which setting", async (_what, differing, code, words) => {
  const refused = await open(differing).catch((error: Error & { code: string }) => error);
  expect(refused).toMatchObject({ code, message: expect.stringMatching(words) });
});

test("Colyseus' own matchmaking knows a player by the session, and what is wrong with one", async () => {
  const { sessions, identify } = await open({});
  const issued = await sessions.issueGuest("Ada");
  if (!issued.ok) throw new Error(issued.detail);
  const { userId, sessionId: id } = issued.session;
  const joiner = { userId, name: "Ada", session: { id, era: 0 } };
  expect(await identify(issued.token)).toEqual({ ok: true, joiner });
  expect(await identify(undefined)).toMatchObject({ ok: false, code: "session/missing" });
  expect(await identify("nonsense")).toMatchObject({ ok: false, code: "session/invalid" });
  await sessions.signOut(issued.session);
  expect(await identify(issued.token)).toMatchObject({ ok: false, code: "session/revoked" });
});

/** Requests of users that were too many, so far. */
async function limited(): Promise<number> {
  return samplesOf((await metrics.text()).text).get('holdfast_rate_limited_total{of="user"}')!;
}

test("[P6] a user's joins by Colyseus' own matchmaking count with all that they ask", async () => {
  const { sessions, identify, admission } = await open({ rateUserPerSecond: 1 });
  const issued = await sessions.issueGuest();
  if (!issued.ok) throw new Error(issued.detail);
  let joined = 0;
  while (joined < 30 && (await identify(issued.token)).ok) joined += 1;
  expect(joined).toBe(10);
  expect(await identify(issued.token)).toMatchObject({ ok: false, code: "rate/limited" });
  const before = await limited();
  expect(await admission.takeOne("user", issued.session.userId)).toMatchObject({ code: "rate/limited" });
  expect((await limited()) - before).toBe(1);
  const none = await open({ rateUserPerSecond: 0 });
  expect(await none.admission.takeOne("user", "anybody")).toEqual({ ok: true });
});
