/** Following a ticket against answers of every kind: through a server that is away, a cancel, an earlier ticket. */
import { expect, test } from "vitest";
import { ApiError } from "../../shared/client/api.ts";
import { createTicket, followTicket, newKey, queueForMatch } from "../../shared/client/tickets.ts";

const ticket = (state: string, version: number, more: object = {}) => ({ id: "t", state, version, ...more });
const waiting = ticket("waiting", 1);
const assignment = { matchId: "m", region: "local", team: 0, reservation: {} };
const assigned = ticket("assigned", 2, { assignment });

type Answer = { status: number; body: object } | "refused" | (() => void);

/** A fetch that gives these answers in order, and notes what was asked; a function is called, then the next is given. */
function scripted(...answers: Answer[]) {
  const asked: string[] = [];
  const fakeFetch = async (url: URL, { method }: RequestInit) => {
    asked.push(`${method} ${url.pathname}${url.search}`);
    let answer = answers.shift();
    for (; typeof answer === "function"; answer = answers.shift()) answer();
    if (!answer || answer === "refused") throw new TypeError("fetch failed");
    return Response.json(answer.body, { status: answer.status });
  };
  const pause = async () => undefined;
  return { access: { url: "http://server.test", fetch: fakeFetch as typeof fetch, pause }, asked };
}

const ok = (body: object): Answer => ({ status: 200, body });
const no = (status: number, code: string, more: object = {}): Answer => ({ status, body: { code, ...more } });

test("[P8.10] a ticket is followed through a server that is away, and its return is seen at once", async () => {
  const { access, asked } = scripted(
    "refused",
    "refused",
    no(503, "store/unavailable"),
    ok(waiting),
    ok(assigned),
  );
  const heard: string[] = [];
  const first = { ...waiting, origin: "http://server.test" } as never;
  const result = await followTicket(access, first, {
    waitSeconds: 4,
    onTicket: ({ state }) => heard.push(state),
    onTrouble: () => heard.push("trouble"),
  });
  expect(result).toMatchObject({ kind: "assigned", assignment });
  expect(heard).toEqual(["waiting", "trouble", "waiting", "assigned"]);
  expect(asked[0]).toBe("GET /v1/tickets/t?waitSeconds=4&known=1");
  expect(asked.slice(1, 4)).toEqual(Array(3).fill("GET /v1/tickets/t"));
});

test("a ticket that is not there ends the following with the server's no", async () => {
  const { access } = scripted(ok(waiting), no(404, "ticket/unknown"));
  const error = await queueForMatch(access, { queue: "duel" }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "ticket/unknown" });
});

test("who takes the ticket back while it waits hears that it is cancelled, or that they are in after all", async () => {
  for (const { answers, kind } of [
    { answers: [ok(ticket("cancelled", 2))], kind: "cancelled" },
    { answers: [no(409, "ticket/not-cancellable"), ok(assigned)], kind: "assigned" },
  ]) {
    const stop = new AbortController();
    const { access, asked } = scripted(ok(waiting), () => stop.abort(), "refused", ...answers);
    const result = await queueForMatch(access, { queue: "duel" }, { signal: stop.signal });
    expect(result.kind).toBe(kind);
    expect(asked[2]).toBe("DELETE /v1/tickets/t");
  }
});

test("the refusal of a second ticket names the first", async () => {
  const { access } = scripted(no(409, "ticket/already-waiting", { ticketId: "t7" }));
  const error = await createTicket(access, { queue: "duel" }, newKey()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ code: "ticket/already-waiting", ticketId: "t7" });
});

test("no two keys are the same", () => {
  expect(newKey()).toMatch(/^[0-9a-f]{32}$/);
  expect(newKey()).not.toBe(newKey());
});
