/** Where the numbers of a node's part in the fleet go, and nowhere. */

export interface FleetMetrics {
  /** A match of a lost node goes on here. @param seconds since it was first seen without an owner */
  takenOver(seconds: number): void;
  /** A match went to another node, with its clients. @param seconds for which it stood still */
  moved(seconds: number): void;
  /** A move came to nothing; the match goes on here. */
  moveFailed(): void;
  /** This node was the first to declare another one lost. */
  nodeLost(): void;
}

export const noFleetMetrics: FleetMetrics = {
  takenOver: () => {},
  moved: () => {},
  moveFailed: () => {},
  nodeLost: () => {},
};
