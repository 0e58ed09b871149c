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
