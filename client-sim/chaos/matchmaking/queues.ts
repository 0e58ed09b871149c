/**
 * The queues of a run: matches so short that players queue again all the time, and limits so wide that any who are
 * enough are a match. Then what a player waits beyond the last needed ticket is the server's own doing.
 */

export interface QueueOfRun {
  readonly name: string;
  readonly teams: number;
  readonly teamSize: number;
  /** Whether seats that somebody left are given to others. */
  readonly backfill: boolean;
}

export const duel: QueueOfRun = { name: "duel", teams: 2, teamSize: 1, backfill: false };
/** Parties of two are a side of it. */
export const pairs: QueueOfRun = { name: "pairs", teams: 2, teamSize: 2, backfill: true };
export const queuesOfRun: readonly QueueOfRun[] = [duel, pairs];

export const queueOf = (name: string): QueueOfRun => queuesOfRun.find((queue) => queue.name === name)!;

/** The shortest that the arena plays; nobody scores so often in it. */
const options = { durationSeconds: 10, scoreLimit: 1000 };
const anybody = {
  ratingWindow: { start: 1000, growPerSecond: 0, max: 1000 },
  unfairness: { start: 1, growPerSecond: 0, max: 1 },
  // The oldest first: nobody is passed over for long.
  starvationSeconds: 3,
};

/** For `--queues`. */
export function queueFile(): string {
  return JSON.stringify(
    queuesOfRun.map((queue) => ({ ...queue, ...anybody, game: "arena", regions: ["local"], options })),
  );
}
