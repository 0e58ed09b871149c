/**
 * The queues of a run: with matches so short that players queue again all the time, and limits so wide that any players
 * make a match. So all waiting after the last needed ticket is caused by the server. In the arena they are short by
 * themselves; in any other game `--options` has to make them so.
 */
import type { AnyGame } from "../../../shared/game/game.ts";
import { arena } from "../../../shared/games/arena/game.ts";
import type { PlayedGame } from "../../which-game.ts";

export interface QueueOfRun {
  readonly name: string;
  readonly teams: number;
  readonly teamSize: number;
  /** Whether seats of players who left are given to others. */
  readonly backfill: boolean;
}

const duel: QueueOfRun = { name: "duel", teams: 2, teamSize: 1, backfill: false };
/** A party of two is one side. */
export const pairs: QueueOfRun = { name: "pairs", teams: 2, teamSize: 2, backfill: true };
const all: readonly QueueOfRun[] = [duel, pairs];

export const queueOf = (name: string): QueueOfRun => all.find((queue) => queue.name === name)!;

/** Those for which a match of the game has seats. @throws Error when there is none */
export function queuesOfRun({ name, seats }: Pick<AnyGame, "name" | "seats">): readonly QueueOfRun[] {
  const those = all.filter(({ teams, teamSize }) => teams * teamSize <= seats.max);
  if (those.length > 0) return those;
  throw new Error(`a match of ${name} has seats for ${seats.max}, and a queue needs two opponents`);
}

/** The shortest match of the arena, with a score that nobody reaches in it. */
const shortArena = { durationSeconds: 10, scoreLimit: 1000 };
const anybody = {
  ratingWindow: { start: 1000, growPerSecond: 0, max: 1000 },
  unfairness: { start: 1, growPerSecond: 0, max: 1 },
  // The oldest first, so that nobody is passed over for long.
  starvationSeconds: 3,
};

/** Content of the file for `--queues`. */
export function queueFile({ game, options: given }: PlayedGame): string {
  const options = game === arena ? { ...shortArena, ...given } : given;
  return JSON.stringify(
    queuesOfRun(game).map((queue) => ({
      ...{ ...queue, ...anybody, game: game.name, regions: ["local"], options },
    })),
  );
}
