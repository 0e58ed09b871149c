/**
 * Every kind of request that needs Redis somewhere, as a client without any patience sends it: one attempt, and
 * what came back is judged. Asked all through a fault; a clear refusal is right then, and nothing else is.
 */
import { errorCodes } from "../../shared/wire/errors.ts";

/** Between two requests of one kind. */
const pauseMs = 200;
/** Longer than anything of the server waits for, so that what is aborted here hung. */
const answerMsMax = 20_000;

export interface Asked {
  readonly kind: string;
  /** What was wrong with the answer; undefined: it succeeded, or refused clearly. */
  readonly wrong?: string;
  readonly refusedWith?: string;
  readonly tookMs: number;
}

export interface Kind {
  readonly name: string;
  /** Between two requests; left out: little. */
  readonly everyMs?: number;
  readonly ask: (setup: FaultSetup) => Promise<Response>;
  /** Judges a success. @returns what is wrong with it */
  readonly judge: (body: Record<string, unknown>, setup: FaultSetup) => string | undefined;
}

/** Who asks whom. */
export interface FaultSetup {
  readonly matchmaker: string;
  readonly room: string;
  readonly token: string;
  /** A match that runs all the while. */
  readonly matchId: string;
  readonly queue: string;
  /** Which no answer may name. */
  readonly ports: readonly string[];
}

const has = (body: Record<string, unknown>, ...fields: string[]) =>
  fields.every((field) => body[field] !== undefined) ? undefined : `it has not all of ${fields.join(", ")}`;

export const kinds: readonly Kind[] = [
  {
    name: "a join by the API",
    ask: (setup) => post(setup, `${setup.matchmaker}/v1/matches/join`, { game: "arena" }),
    judge: (body) => has(body, "matchId", "reservation"),
  },
  {
    name: "the SDK's joinOrCreate",
    ask: (setup) => post(setup, `${setup.matchmaker}/matchmake/joinOrCreate/arena`, { name: "Plain" }),
    judge: (body) => has(body, "sessionId", "roomId", "processId"),
  },
  {
    name: "the SDK's create",
    ask: (setup) => post(setup, `${setup.matchmaker}/matchmake/create/arena`, { name: "Maker" }),
    judge: (body) => has(body, "sessionId", "roomId", "processId"),
  },
  {
    name: "the SDK's joinById",
    // There are 16 places for who watches, and each is kept for a while.
    everyMs: 3000,
    ask: (setup) =>
      post(setup, `${setup.matchmaker}/matchmake/joinById/${setup.matchId}`, { spectate: true }),
    judge: (body) => has(body, "sessionId", "roomId", "processId"),
  },
  {
    name: "a session",
    ask: (setup) => post(setup, `${setup.matchmaker}/v1/sessions`, {}),
    judge: (body) => has(body, "token", "userId"),
  },
  {
    name: "a ticket",
    // With a guest of its own: a user waits in a queue once.
    ask: async (setup) => {
      const session = await post(setup, `${setup.matchmaker}/v1/sessions`, {});
      if (!session.ok) return session;
      const { token } = (await session.json()) as { token: string };
      return post({ ...setup, token }, `${setup.matchmaker}/v1/tickets`, { queue: setup.queue });
    },
    judge: (body) => has(body, "id", "state"),
  },
  {
    name: "the list of matches",
    ask: ({ matchmaker }) => get(`${matchmaker}/v1/matches`),
    judge: ({ matches }, { matchId }) =>
      (matches as { id: string }[]).some(({ id }) => id === matchId)
        ? undefined
        : "the running match is missing",
  },
  {
    name: "where a match is",
    ask: ({ matchmaker, matchId }) => get(`${matchmaker}/v1/matches/${matchId}`),
    judge: ({ id }, { matchId }) => (id === matchId ? undefined : "it is another match"),
  },
];

/** Each kind again and again for so long, side by side. @returns what was answered, in no order */
export async function askAllFor(setup: FaultSetup, ms: number): Promise<Asked[]> {
  const answers: Asked[] = [];
  const untilMs = performance.now() + ms;
  const askOne = async (kind: Kind) => {
    while (performance.now() < untilMs) {
      answers.push(await askOnce(kind, setup));
      const pause = Math.max(0, Math.min(kind.everyMs ?? pauseMs, untilMs - performance.now()));
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  };
  await Promise.all(kinds.map(askOne));
  return answers;
}

/** One attempt. */
export async function askOnce(kind: Kind, setup: FaultSetup): Promise<Asked> {
  const startedMs = performance.now();
  const verdict = await judged(kind, setup).catch((error: Error) => ({ wrong: `no answer: ${error}` }));
  return { kind: kind.name, tookMs: performance.now() - startedMs, ...verdict };
}

async function judged(kind: Kind, setup: FaultSetup): Promise<Pick<Asked, "wrong" | "refusedWith">> {
  const response = await kind.ask(setup);
  const text = await response.text();
  const named = setup.ports.find((port) => text.includes(port));
  if (named !== undefined) return { wrong: `it names Redis' address: ${text}` };
  const body = JSON.parse(text) as Record<string, unknown>;
  if (response.ok) {
    const wrong = kind.judge(body, setup);
    return wrong === undefined ? {} : { wrong: `${response.status}, but ${wrong}: ${text}` };
  }
  const code = codeOf(body);
  if (code === undefined) return { wrong: `${response.status} without a code of ours: ${text}` };
  if (code === "match/unknown") return { wrong: `the match runs: ${text}` };
  if (code === "server/failed") return { wrong: `a failure that is no clear refusal: ${text}` };
  return { refusedWith: code };
}

/** A problem's own field; of Colyseus' form, what its message begins with. */
function codeOf({ code, error }: Record<string, unknown>): string | undefined {
  return [code, /^[a-z]+\/[a-z-]+/.exec(String(error))?.[0]]
    .map(String)
    .find((each) => Object.hasOwn(errorCodes, each));
}

function post({ token }: FaultSetup, url: string, body: object): Promise<Response> {
  const headers = {
    "content-type": "application/json",
    authorization: `Bearer ${token}`,
    "idempotency-key": crypto.randomUUID(),
  };
  const signal = AbortSignal.timeout(answerMsMax);
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body), signal });
}

const get = (url: string) => fetch(url, { signal: AbortSignal.timeout(answerMsMax) });
