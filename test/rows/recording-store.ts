/**
 * Stores that tests put in front of a real one: a recorder writes down every state that a ticket was ever in, and
 * checks each step; a bad line to the store delays, loses requests, loses answers, and delivers requests late.
 */

import { hasEnded, nextStates, type Ticket } from "../../server/matchmaking/tickets/ticket.ts";
import type { MatchmakingStore } from "../../server/rows/store.ts";
import { StoreError } from "../../server/store-error.ts";
import type { Chance } from "../simulation/chance.ts";

export class TicketRecorder {
  readonly tickets = new Map<string, Ticket>();
  readonly problems: string[] = [];
  /** By match id: user ids that were assigned to it, and in how many commits. */
  readonly matches = new Map<string, { userIds: string[]; commits: number }>();
  assignments = 0;

  /** The same store, every commit of which is seen in its order. */
  of(store: MatchmakingStore): MatchmakingStore {
    return decorated(store, {
      commit: async (part, commit) => {
        const result = await store.commit(part, commit);
        if (result.ok) {
          const tickets = commit.put.filter(({ key }) => key.startsWith("ticket:"));
          this.#see(tickets.map(({ value }) => JSON.parse(value) as Ticket));
        }
        return result;
      },
    });
  }

  get alive(): Ticket[] {
    return [...this.tickets.values()].filter((ticket) => !hasEnded(ticket));
  }

  #see(tickets: readonly Ticket[]): void {
    for (const ticket of tickets) {
      const before = this.tickets.get(ticket.id);
      this.tickets.set(ticket.id, ticket);
      if (!before && ticket.state !== "waiting") this.problems.push(`${ticket.id} began ${ticket.state}`);
      // What undoes an assignment is no director's to do.
      const isFinal =
        before?.state === "assigned" || (before?.state === "waiting" && ticket.state === "waiting");
      if (before && (isFinal || !nextStates[before.state].includes(ticket.state)))
        this.problems.push(`${ticket.id} went from ${before.state} to ${ticket.state}`);
      if (before && before.createdAtMs !== ticket.createdAtMs)
        this.problems.push(`${ticket.id} lost its waiting time`);
      this.#seePlayers(ticket);
    }
    const assigned = tickets.filter((ticket) => ticket.state === "assigned");
    for (const [matchId, each] of Map.groupBy(assigned, ({ assignment }) => assignment.matchId)) {
      const match = this.matches.get(matchId) ?? { userIds: [], commits: 0 };
      match.userIds.push(...each.flatMap(({ players }) => players.map(({ userId }) => userId)));
      match.commits += 1;
      this.matches.set(matchId, match);
      this.assignments += each.length;
    }
  }

  #seePlayers(ticket: Ticket): void {
    if (ticket.state !== "waiting") return;
    for (const { userId } of ticket.players) {
      const others = this.alive.filter(
        ({ id, queue, players }) =>
          id !== ticket.id && queue === ticket.queue && players.some((player) => player.userId === userId),
      );
      if (others.length > 0) this.problems.push(`${userId} waits twice: ${ticket.id}, ${others[0]!.id}`);
    }
  }
}

export interface BadLine {
  readonly chance: Chance;
  readonly later: (ms: number, run: () => void) => unknown;
  /** May be changed while it is in use. */
  percent: { lost: number; unanswered: number; late: number };
  delayMsMax: number;
  /** Nothing comes through any more, and nothing comes back. */
  isCut: boolean;
}

/** The same store, seen over a bad line. */
export function behind(line: BadLine, store: MatchmakingStore): MatchmakingStore {
  const { chance } = line;
  const pause = (ms: number) => new Promise<void>((resolve) => void line.later(ms, resolve));
  const failed = () => new StoreError("store/unavailable", "the line is bad");
  const call = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
    await pause(chance.between(0, line.delayMsMax));
    if (line.isCut) return new Promise<never>(() => {});
    if (chance.happens(line.percent.lost)) throw failed();
    if (chance.happens(line.percent.late)) {
      void pause(chance.between(100, 3000)).then(ask, () => {});
      throw failed();
    }
    const result = await ask();
    if (chance.happens(line.percent.unanswered)) throw failed();
    await pause(chance.between(0, line.delayMsMax));
    return line.isCut ? new Promise<never>(() => {}) : result;
  };
  return {
    read: (...args) => call(() => store.read(...args)),
    commit: (...args) => call(() => store.commit(...args)),
    changes: (...args) => call(() => store.changes(...args)),
    leaderboard: (...args) => call(() => store.leaderboard(...args)),
    spend: (...args) => call(() => store.spend(...args)),
    watch: (...args) => call(() => store.watch(...args)),
    close: async () => {},
  };
}

/** The same store with some methods of its own. */
export function decorated(store: MatchmakingStore, own: Partial<MatchmakingStore>): MatchmakingStore {
  return {
    read: (...args) => store.read(...args),
    commit: (...args) => store.commit(...args),
    changes: (...args) => store.changes(...args),
    leaderboard: (...args) => store.leaderboard(...args),
    spend: (...args) => store.spend(...args),
    watch: (...args) => store.watch(...args),
    close: () => store.close(),
    ...own,
  };
}
