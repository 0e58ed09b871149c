/** Tokens whose key was made a moment ago elsewhere: nobody hears that there is no such key before it was looked for. */
import { expect, test } from "vitest";
import { Sessions } from "../../server/accounts/sessions.ts";
import { type World, world } from "../matchmaking/world.ts";
import { decorated } from "../rows/recording-store.ts";

const hourMs = 3_600_000;

/** An instance that hears of nothing at once: what it knows it read, or looked for. */
function deaf(parts: World): World {
  const store = decorated(parts.store, { watch: async () => () => {} });
  return { ...parts, store };
}

const open = (parts: World) =>
  Sessions.open({
    ...parts,
    ...{ issuer: "holdfast", audience: "players", secret: "a secret of these tests, long enough" },
    ...{ tokenMs: 12 * hourMs, lifeMs: 48 * hourMs, keyPeriodMs: 24 * hourMs },
  });

async function newToken(sessions: Sessions): Promise<string> {
  const issued = await sessions.issueGuest();
  return issued.ok ? issued.token : expect.fail(issued.detail);
}

/** Nobody signed it, but that is seen only when its key is there. */
function withKey(kid: string): string {
  const text = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${text({ alg: "EdDSA", kid })}.${text({})}.${"A".repeat(86)}`;
}

test("[P8] the token of a key that was made after the last look is good, however little time has passed", async () => {
  const parts = world();
  const [here, there] = [await open(parts), await open(deaf(parts))];
  expect(await there.check(withKey("zzz"))).toMatchObject({ code: "session/invalid" });
  await here.rotateKeys(false);
  const answer = there.check(await newToken(here));
  await parts.pass(1000);
  expect(await answer).toMatchObject({ ok: true });
});

test("[P8] of two keys that are made while another is looked for both are found", async () => {
  const parts = world();
  const [here, there] = [await open(parts), await open(deaf(parts))];
  const garbage = there.check(withKey("zzz"));
  const tokens: string[] = [];
  for (let turn = 0; turn < 2; turn++) {
    await here.rotateKeys(false);
    tokens.push(await newToken(here));
  }
  const answers = tokens.map((token) => there.check(token));
  await parts.pass(1000);
  expect(await garbage).toMatchObject({ code: "session/invalid" });
  for (const answer of answers) expect(await answer).toMatchObject({ ok: true });
});

test("[P6] when more unknown keys are named than one look is for, a client that comes then is to ask again", async () => {
  const parts = world();
  const [here, there] = [await open(parts), await open(deaf(parts))];
  await there.check(withKey("zzz"));
  const garbage = Array.from({ length: 64 }, (_, at) => withKey(`zz${at.toString(36)}`));
  const refused = garbage.map((token) => there.check(token));
  await here.rotateKeys(false);
  const token = await newToken(here);
  expect(await there.check(token)).toMatchObject({ ok: false, code: "session/unchecked" });
  await parts.pass(1000);
  for (const each of refused) expect(await each).toMatchObject({ code: "session/invalid" });
  expect(await there.check(token)).toMatchObject({ ok: true });
});

test("[P6] the tokens of a key that is gone are all refused by one look at the store", async () => {
  const parts = world();
  let looks = 0;
  const store = decorated(parts.store, {
    watch: async () => () => {},
    read: (part, keys) => {
      if (part === "sessions") looks++;
      return parts.store.read(part, keys);
    },
  });
  const there = await open({ ...parts, store });
  await there.check(withKey("zzz"));
  looks = 0;
  const answers = Array.from({ length: 100 }, () => there.check(withKey("zzy")));
  await parts.pass(1000);
  for (const answer of answers) expect(await answer).toMatchObject({ code: "session/invalid" });
  expect(looks).toBe(1);
});
