/** A client that keeps its session over the end of its tokens, against the real API on a clock that the test moves. */
import { afterEach, expect, test } from "vitest";
import { clockSkewMs } from "../../server/accounts/session.ts";
import { type ApiAccess, ApiError } from "../../shared/client/api.ts";
import { heldTokens, KeptSession, type SessionAccess } from "../../shared/client/kept-session.ts";
import { fetchQueues } from "../../shared/client/ratings.ts";
import { beginSession, endSession } from "../../shared/client/sessions.ts";
import { createTicket, followTicket } from "../../shared/client/tickets.ts";
import { refreshMs } from "../matchmaking/world.ts";
import { closeApiServers, startApi } from "./api-server.ts";
import { freshKey, roomySeating } from "./queueing.ts";

const minuteMs = 60_000;
const tokenMs = 10 * minuteMs;

afterEach(closeApiServers);

/** @param nowMs of the client; left out: the world's */
async function setUp(nowMs?: () => number) {
  const api = await startApi({ tokenMs });
  const access: ApiAccess = { url: api.url, attemptsMax: 1 };
  const kept: string[] = [];
  const clock = nowMs ?? api.world.nowMs;
  const begun = await beginSession(access, "Ada");
  const tokens = heldTokens(begun, clock());
  const onRefreshed = ({ token }: { token: string }) => void kept.push(token);
  const session = new KeptSession({ access, tokens, onRefreshed, nowMs: clock });
  const seen: string[] = [];
  const question = async (as: SessionAccess) => {
    const { userId } = (await api.call("GET", "/v1/session", { token: as.token })).body;
    seen.push(as.token);
    if (userId === undefined) throw new ApiError({ code: "session/expired", status: 401, message: "over" });
    return userId as string;
  };
  return { api, begun, session, question, kept, seen };
}

test("a token is used for half of its time, then refreshed before the next question, once for all of them", async () => {
  const { api, begun, session, question, kept } = await setUp();
  await api.world.pass(tokenMs / 2 - 1);
  expect(await session.freshToken()).toBe(begun.token);
  await api.world.pass(1);
  expect(await Promise.all([session.as(question), session.as(question)])).toEqual([
    begun.userId,
    begun.userId,
  ]);
  expect(kept).toEqual([session.tokens.token]);
  expect(session.tokens.token).not.toBe(begun.token);
  await api.world.pass(10 * tokenMs);
  expect(await session.as(question)).toBe(begun.userId);
  expect(kept).toHaveLength(2);
});

test("a client whose clock stands still asks again when its token had run out", async () => {
  const { api, begun, session, question, seen } = await setUp(() => 0);
  await api.world.pass(tokenMs + clockSkewMs);
  expect(await session.as(question)).toBe(begun.userId);
  expect(seen).toEqual([begun.token, session.tokens.token]);
});

test("while no server answers the token is the one that is there; when the session is over it says so", async () => {
  const { api, begun, session } = await setUp();
  await api.world.pass(tokenMs / 2);
  const away = new KeptSession({
    access: { url: "http://127.0.0.1:9", attemptsMax: 1 },
    ...{ tokens: session.tokens, nowMs: api.world.nowMs },
  });
  expect(await away.freshToken()).toBe(begun.token);
  await endSession({ url: api.url, token: begun.token });
  await expect(session.freshToken()).rejects.toMatchObject({ code: "session/revoked" });
  await expect(session.as(fetchQueues)).rejects.toMatchObject({ code: "session/revoked" });
});

test("a search goes on over the end of the token that it began with, and so does a question that waits", async () => {
  const { api, begun, session } = await setUp();
  const found = session.as(async (access) => {
    const ticket = await createTicket(access, { queue: "duel" }, freshKey());
    return followTicket(access, ticket, { waitSeconds: 60 });
  });
  await api.waiting(1);
  for (let minutes = 0; minutes * minuteMs < tokenMs + clockSkewMs; minutes++) {
    await api.world.pass(minuteMs);
    await api.waiting(1);
  }
  expect(session.tokens.token).not.toBe(begun.token);
  expect(await api.call("GET", "/v1/session", { token: begun.token })).toMatchObject({ status: 401 });
  const other = await beginSession({ url: api.url }, "Bo");
  await createTicket({ url: api.url, token: other.token }, { queue: "duel" }, freshKey());
  api.world.director(roomySeating()).start();
  await api.world.pass(refreshMs);
  expect(await found).toMatchObject({ kind: "assigned" });
});
