/**
 * The queues of a run: with matches so short that players queue again all the time, and limits so wide that any players
 * make a match. So all waiting after the last needed ticket is caused by the server.
 */

export interface QueueOfRun {
  readonly name: string;
  readonly teams: number;
  readonly teamSize: number;
  /** Whether seats of players who left are given to others. */
  readonly backfill: boolean;
}

export const duel: QueueOfRun = { name: "duel", teams: 2, teamSize: 1, backfill: false };
/** A party of two is one side. */
export const pairs: QueueOfRun = { name: "pairs", teams: 2, teamSize: 2, backfill: true };
export const queuesOfRun: readonly QueueOfRun[] = [duel, pairs];

export const queueOf = (name: string): QueueOfRun => queuesOfRun.find((queue) => queue.name === name)!;

/** The shortest match of the arena, with a score that nobody reaches in it. */
const options = { durationSeconds: 10, scoreLimit: 1000 };
const anybody = {
  ratingWindow: { start: 1000, growPerSecond: 0, max: 1000 },
  unfairness: { start: 1, growPerSecond: 0, max: 1 },
  // The oldest first, so that nobody is passed over for long.
  starvationSeconds: 3,
};

/** Content of the file for `--queues`. */
export function queueFile(): string {
  return JSON.stringify(
    queuesOfRun.map((queue) => ({ ...queue, ...anybody, game: "arena", regions: ["local"], options })),
  );
}
