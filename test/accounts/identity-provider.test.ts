/** Tokens of a provider whose keys change and whose clock is not ours. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { identityProvider } from "../../server/accounts/identity-provider.ts";
import { clockSkewMs } from "../../server/accounts/session.ts";
import { world } from "../matchmaking/world.ts";
import { type IdentityServer, startIdentityServer } from "./identity-server.ts";

const keysFetchedEveryMs = 5000;

let provider: IdentityServer;
beforeEach(async () => {
  provider = await startIdentityServer();
});
afterEach(() => provider.close());

test("a token whose key is new is taken, or answered with when to ask again, and never refused for good", async () => {
  const parts = world();
  const ask = identityProvider(provider.settings, parts);
  const token = () => provider.token(parts.nowMs());
  expect(await ask(await token())).toMatchObject({ ok: true });
  await provider.rotate();
  const fresh = await token();
  expect(await Promise.all([ask(fresh), ask(fresh)])).toMatchObject([{ ok: true }, { ok: true }]);
  await provider.rotate();
  const fresher = await token();
  await parts.pass(1000);
  // The time of the process, not the system's: that may step, or stand still as it does here.
  parts.step(-3_600_000);
  expect(await ask(fresher)).toMatchObject({
    code: "session/identity-unavailable",
    retryAfterMs: keysFetchedEveryMs - 1000,
  });
  parts.step(3_600_000);
  await parts.pass(keysFetchedEveryMs - 1000);
  expect(await ask(fresher)).toMatchObject({ ok: true });
});

test("[P6] a key that is none of the provider's is refused once its keys were fetched, at most every so often", async () => {
  const parts = world();
  const other = await startIdentityServer();
  try {
    for (let keys = 0; keys < 5; keys++) await other.rotate();
    const ask = identityProvider(provider.settings, parts);
    const wrong = await other.token(parts.nowMs());
    expect(await ask(wrong)).toMatchObject({ code: "session/identity-refused" });
    expect(await ask(wrong)).toMatchObject({ code: "session/identity-unavailable" });
    await parts.pass(keysFetchedEveryMs);
    expect(await ask(wrong)).toMatchObject({ code: "session/identity-refused" });
  } finally {
    other.close();
  }
});

test.each([
  ["is valid from a moment ahead", { notBeforeMs: clockSkewMs - 1000 }, true],
  ["is valid from long ahead", { notBeforeMs: clockSkewMs + 2000 }, false],
  ["was over a moment ago", { forMs: 1000 - clockSkewMs }, true],
  ["was over long ago", { forMs: -clockSkewMs - 2000 }, false],
])(
  "a token that %s by our clock is judged by the skew that clocks may have",
  async (_when, claims, isTaken) => {
    const parts = world();
    const answer = await identityProvider(
      provider.settings,
      parts,
    )(await provider.token(parts.nowMs(), claims));
    expect(answer.ok).toBe(isTaken);
  },
);

test.each([
  ["no profile", undefined, undefined],
  ["an empty one", null, undefined],
  ["an address", "https://id.example/ann", "https://id.example/ann"],
  ["what the provider knows", { rank: 3, crew: ["red"] }, { rank: 3, crew: ["red"] }],
])("[P1.16] a token with %s vouches for that", async (_what, profile, vouched) => {
  const parts = world();
  const token = await provider.token(parts.nowMs(), { profile });
  const answer = await identityProvider(provider.settings, parts)(token);
  expect(answer).toEqual({ ok: true, userId: "idp:auth0|ann", ...(vouched && { profile: vouched }) });
});

test.each([
  ["large", "x".repeat(1023)],
  ["deep", JSON.parse(`${"[".repeat(9)}${"]".repeat(9)}`)],
])("[P6] a token whose profile is too %s is refused, and the answer says so", async (_what, profile) => {
  const parts = world();
  const token = await provider.token(parts.nowMs(), { profile });
  expect(await identityProvider(provider.settings, parts)(token)).toMatchObject({
    code: "session/identity-refused",
    detail: expect.stringContaining("1024 characters"),
  });
});
