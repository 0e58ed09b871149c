/**
 * This node in its fleet: matches taken over from lost nodes, matches moved away, and nodes that it declared lost.
 */
import type { Meters } from "./meters.ts";

const moveResults = ["moved", "failed"] as const;
/** Normally a takeover takes at most a second, and a move some ticks. */
const takeoverBuckets = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 60];
const moveBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];

export class FleetMeters {
  readonly #takeovers;
  readonly #moves;
  readonly #moveTime;
  readonly #nodesLost;

  constructor(meters: Meters) {
    this.#takeovers = meters.histogram(
      "takeover_seconds",
      "Time that a match of a lost node had no owner until this node took it over",
      takeoverBuckets,
    );
    this.#moves = meters.counterBy(
      "moves_total",
      "Moves of matches from this node to another one",
      "result",
      moveResults,
    );
    this.#moveTime = meters.histogram(
      "move_seconds",
      "Time that a match stood still while it moved to another node",
      moveBuckets,
    );
    this.#nodesLost = meters.counter("nodes_lost_total", "Nodes that this one was the first to declare lost");
  }

  takenOver(seconds: number): void {
    this.#takeovers.observe(seconds);
  }

  moved(seconds: number): void {
    this.#moves.moved.inc();
    this.#moveTime.observe(seconds);
  }

  moveFailed(): void {
    this.#moves.failed.inc();
  }

  nodeLost(): void {
    this.#nodesLost.inc();
  }
}
