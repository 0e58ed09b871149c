/**
 * Honest players in the attacked matches, who must notice nothing. What they notice is recorded: lost connections,
 * failed commands, and the longest time without a patch.
 */
import type { ConnectionState } from "../../shared/client/connection-state.ts";
import { joinMatch } from "../../shared/client/follow-match.ts";
import { beginSession } from "../../shared/client/sessions.ts";
import { arena } from "../../shared/games/arena/game.ts";
import type { SeatReservation } from "../../shared/wire/api.ts";
import { Bot } from "../bots/bot.ts";
import { stepsPerSecondOf } from "../bots/brains.ts";
import type { Connection, Join } from "../bots/connection.ts";
import { InputTimer } from "../bots/input-timer.ts";
import { botName } from "../bots/names.ts";
import type { PlayedGame } from "../which-game.ts";

const perMatch = 4;
/** Goals out of reach, so that no match of the arena ends by its rules during the attack. Those of other games end as they end. */
const endless = { durationSeconds: 3600, scoreLimit: 1000 };

export interface Bystanders {
  readonly matches: readonly string[];
  /** Those of them that ended by their rules. */
  readonly ended: ReadonlySet<string>;
  /** What they noticed, in words. */
  readonly noticed: readonly string[];
  /** Longest time between two patches since the last call, in ms. */
  takeLongestGapMs(): number;
  stop(): Promise<void>;
}

/** Resolves when all of them play. @throws when one cannot join */
export async function seatBystanders(url: string, count: number, played: PlayedGame): Promise<Bystanders> {
  const noticed: string[] = [];
  const ended = new Set<string>();
  const { game } = played;
  const timer = new InputTimer(stepsPerSecondOf(game));
  const matches: string[] = [];
  const bots: Bot[] = [];
  let longestGapMs = 0;
  for (let index = 0; index < count; index++) {
    const name = botName(index);
    const joined = Promise.withResolvers<Connection>();
    const matchId = index % Math.min(perMatch, game.seats.max) === 0 ? undefined : matches.at(-1);
    let lastAtMs: number | undefined;
    const observer = {
      joined: (connection: Connection) => {
        connection.onState((state) => {
          if (state.kind === "over") ended.add(connection.matchId);
          if (!ended.has(connection.matchId)) noticeState(name, state, noticed);
        });
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
    const join = joiner({ url, played }, matchId, joined);
    const bot = new Bot({ name, game, seed: index + 1, timer, observer, join });
    bots.push(bot);
    bot.start();
    const connection = await joined.promise;
    if (matchId === undefined) matches.push(connection.matchId);
  }
  let stopping = false;
  return {
    ...{ matches, ended },
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

interface AttackedGame {
  readonly url: string;
  readonly played: PlayedGame;
}

/** Joins the match, or creates one. When that is over, any. */
function joiner(
  at: AttackedGame,
  matchId: string | undefined,
  joined: PromiseWithResolvers<Connection>,
): Join {
  const { url } = at;
  const { game, options } = at.played;
  let joins = 0;
  return async (name) => {
    try {
      const { token } = await beginSession({ url }, name);
      const asked = { url, session: token, name, game: game.name };
      if (joins++ > 0) return await joinMatch({ ...asked, options });
      if (matchId !== undefined) return await joinMatch({ ...asked, matchId });
      return await joinMatch({ ...asked, assignment: { reservation: await newMatch(at, token) } });
    } catch (error) {
      joined.reject(error as Error);
      throw error;
    }
  };
}

async function newMatch({ url, played }: AttackedGame, token: string): Promise<SeatReservation> {
  const { game } = played;
  const options = { ...(game === arena && endless), ...played.options };
  const answer = await fetch(`${url}/matchmake/create/${game.name}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ options }),
  });
  if (!answer.ok) throw new Error(`no new match: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as SeatReservation;
}

function noticeState(name: string, state: ConnectionState, noticed: string[]): void {
  if (state.kind === "reconnecting") noticed.push(`${name} lost the connection`);
  if (state.kind === "left") noticed.push(`${name} is out: ${state.code} ${state.reason}`);
}
