/** The figures of a bot over all its connections. report.ts adds those of all bots up. */
import type { ConnectionState } from "../../shared/client/connection-state.ts";
import type { Connection } from "./connection.ts";

/** Limit of stored latencies of finished connections. */
const ackMsMax = 2000;
const lastErrorsMax = 5;

export class BotTally {
  readonly matches = new Set<string>();
  commands = 0;
  commandsAnswered = 0;
  reconnects = 0;
  errors = 0;
  /** Messages of the last failures. */
  readonly lastErrors: string[] = [];
  #wasReconnecting = false;
  #current: Connection | undefined;
  readonly #past = {
    patches: 0,
    bytes: 0,
    inputs: 0,
    disconnects: 0,
    ackMs: [] as number[],
    gapsMs: [] as number[],
  };

  joined(connection: Connection): void {
    this.matches.add(connection.matchId);
    this.#current = connection;
    this.#wasReconnecting = false;
  }

  entered(state: ConnectionState): void {
    if (state.kind === "playing" && this.#wasReconnecting) this.reconnects += 1;
    this.#wasReconnecting = state.kind === "reconnecting";
  }

  left(connection: Connection): void {
    Object.assign(this.#past, this.numbers());
    this.#past.ackMs.splice(0, this.#past.ackMs.length - ackMsMax);
    if (this.#current === connection) this.#current = undefined;
  }

  failed(error: Error): void {
    this.errors += 1;
    this.lastErrors.push(error.message);
    if (this.lastErrors.length > lastErrorsMax) this.lastErrors.shift();
  }

  get patches(): number {
    return this.#past.patches + (this.#current?.metrics.patches ?? 0);
  }

  /** Past connections and the present one. */
  numbers() {
    const past = this.#past;
    const now = this.#current?.metrics;
    if (!now) return past;
    return {
      patches: past.patches + now.patches,
      bytes: past.bytes + now.bytes,
      inputs: past.inputs + now.inputsSent,
      disconnects: past.disconnects + now.drops,
      ackMs: [...past.ackMs, ...now.ackMs],
      gapsMs: [...past.gapsMs, ...now.gapsMs],
    };
  }
}
