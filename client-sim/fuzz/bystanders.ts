/**
 * Honest players in the attacked matches, who must notice nothing. What they notice is recorded: lost connections,
 * failed commands, and the longest time without a patch.
 */
import type { ConnectionState } from "../../shared/client/connection-state.ts";
import { joinMatch } from "../../shared/client/follow-match.ts";
import { beginSession } from "../../shared/client/sessions.ts";
import type { ArenaInput } from "../../shared/games/arena/input.ts";
import type { ArenaView } from "../../shared/games/arena/view-schema.ts";
import type { SeatReservation } from "../../shared/wire/api.ts";
import { Bot } from "../bots/bot.ts";
import { stepsPerSecond } from "../bots/bot-state.ts";
import type { Connection, Join } from "../bots/connection.ts";
import { InputTimer } from "../bots/input-timer.ts";
import { botName } from "../bots/names.ts";

const perMatch = 4;
/** Goals out of reach, so that no match ends by its rules during the attack. */
const endless = { durationSeconds: 3600, scoreLimit: 1000 };

export interface Bystanders {
  readonly matches: readonly string[];
  /** What they noticed, in words. */
  readonly noticed: readonly string[];
  /** Longest time between two patches since the last call, in ms. */
  takeLongestGapMs(): number;
  stop(): Promise<void>;
}

/** Resolves when all of them play. @throws when one cannot join */
export async function seatBystanders(url: string, count: number): Promise<Bystanders> {
  const noticed: string[] = [];
  const timer = new InputTimer(stepsPerSecond);
  const matches: string[] = [];
  const bots: Bot[] = [];
  let longestGapMs = 0;
  for (let index = 0; index < count; index++) {
    const name = botName(index);
    const joined = Promise.withResolvers<Connection>();
    const matchId = index % perMatch === 0 ? undefined : matches.at(-1);
    let lastAtMs: number | undefined;
    const observer = {
      joined: (connection: Connection) => {
        connection.onState((state) => noticeState(name, state, noticed));
        joined.resolve(connection);
      },
      saw: () => {
        const nowMs = performance.now();
        longestGapMs = Math.max(longestGapMs, nowMs - (lastAtMs ?? nowMs));
        lastAtMs = nowMs;
      },
      asked: () => () => {},
      left: () => {},
    };
    const bot = new Bot({ name, seed: index + 1, timer, observer, join: joiner(url, matchId, joined) });
    bots.push(bot);
    bot.start();
    const connection = await joined.promise;
    if (matchId === undefined) matches.push(connection.matchId);
  }
  let stopping = false;
  return {
    matches,
    get noticed() {
      return stopping ? [] : noticed;
    },
    takeLongestGapMs: () => {
      const ms = longestGapMs;
      longestGapMs = 0;
      return ms;
    },
    stop: async () => {
      stopping = true;
      await Promise.all(bots.map((bot) => bot.stop()));
    },
  };
}

/** Joins the match, or creates one. */
function joiner(url: string, matchId: string | undefined, joined: PromiseWithResolvers<Connection>): Join {
  return async (name) => {
    try {
      const { token } = await beginSession({ url }, name);
      const where =
        matchId === undefined
          ? { game: "arena", assignment: { reservation: await newMatch(url, token) } }
          : { game: "arena", matchId };
      return await joinMatch<ArenaInput, ArenaView>({ url, session: token, name, ...where });
    } catch (error) {
      joined.reject(error as Error);
      throw error;
    }
  };
}

async function newMatch(url: string, token: string): Promise<SeatReservation> {
  const answer = await fetch(`${url}/matchmake/create/arena`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ options: endless }),
  });
  if (!answer.ok) throw new Error(`no new match: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as SeatReservation;
}

function noticeState(name: string, state: ConnectionState, noticed: string[]): void {
  if (state.kind === "reconnecting") noticed.push(`${name} lost the connection`);
  if (state.kind === "left") noticed.push(`${name} is out: ${state.code} ${state.reason}`);
}
