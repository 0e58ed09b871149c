/** The connections of this process, counted: how many there are, which went and why, who came back to their seat. */
import type { Meters } from "./meters.ts";

/** Why a connection was closed for what its client sent, or did not; room/frame-watch.ts has the rules. */
const refusalReasons = ["text", "kind", "shape", "rate", "early", "unjoined", "handler"] as const;
type RefusalReason = (typeof refusalReasons)[number];

/** Why a connection was not taken or not kept; room/connections.ts has the order. */
const turnedAwayReasons = ["full", "address", "idle"] as const;
type TurnedAwayReason = (typeof turnedAwayReasons)[number];

export class ConnectionMeters {
  readonly #open;
  readonly #clients;
  readonly #refusals;
  readonly #turnedAway;
  readonly #reconnects;

  constructor(meters: Meters) {
    this.#open = meters.gauge("connections_open", "Open connections of callers, HTTP and WebSocket");
    this.#clients = meters.gauge("clients_connected", "Players and spectators who are connected to a match");
    this.#refusals = meters.counterBy(
      "connections_refused_total",
      "Connections closed for what their clients sent",
      "reason",
      refusalReasons,
    );
    this.#turnedAway = meters.counterBy(
      "connections_turned_away_total",
      "Connections that were too many, or idle when another one came",
      "reason",
      turnedAwayReasons,
    );
    this.#reconnects = meters.counter(
      "reconnects_total",
      "Players and spectators who came back to their seat on another connection",
    );
  }

  now({ open, clients }: { open: number; clients: number }): void {
    this.#open.set(open);
    this.#clients.set(clients);
  }

  messageRefused(reason: RefusalReason): void {
    this.#refusals[reason].inc();
  }

  turnedAway(reason: TurnedAwayReason): void {
    this.#turnedAway[reason].inc();
  }

  reconnected(): void {
    this.#reconnects.inc();
  }
}
