/** The metrics of a node's part in the fleet, and their no-op. */

export interface FleetMetrics {
  /** A match of a lost node was taken over. @param seconds since it was first seen without an owner */
  takenOver(seconds: number): void;
  /** A match moved to another node, with its clients. @param seconds for which it stood still */
  moved(seconds: number): void;
  /** A move failed; the match continues here. */
  moveFailed(): void;
  /** This node was the first to declare another node lost. */
  nodeLost(): void;
}

export const noFleetMetrics: FleetMetrics = {
  takenOver: () => {},
  moved: () => {},
  moveFailed: () => {},
  nodeLost: () => {},
};
