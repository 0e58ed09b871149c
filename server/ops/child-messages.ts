/**
 * The messages between the supervisor and its children over the ipc channel. Plain data, no code. Both sides always
 * have the same version, so nothing is negotiated.
 */

/** server: owns the data directory and the port. standby: has loaded everything and waits. bots: house players. */
export type Role = "server" | "standby" | "bots";

/** About the last second. Milliseconds where the name says so. */
export interface StatusNumbers {
  readonly matches: number;
  /** Connected players, house bots included. */
  readonly players: number;
  /** Matches that wait for the store. */
  readonly frozen: number;
  readonly tickLatenessMsP99: number;
  readonly gateMsP50: number;
  readonly gateMsP99: number;
  readonly journalKibPerSecond: number;
  readonly patchesPerSecond: number;
  readonly memoryMib: number;
}

export type ChildMessage =
  /** The server takes players. `url` is what a person types, with the real port. */
  | { type: "ready"; url: string; pid: number; matches: number }
  | ({ type: "status" } & StatusNumbers)
  /** While games are developed: changed ones went into their matches, or why not; or what breaks a rule of games. */
  | { type: "rules"; problem?: string }
  /** The standby has loaded all its modules. */
  | { type: "standby-ready" };

/** go: the server is dead; open the data directory and the port, and serve. */
export type ParentMessage = { type: "go" };
