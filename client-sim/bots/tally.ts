/** The figures of a bot over all its connections; `totalOf` adds those of all bots up into the report. */
import type { ConnectionState } from "../../shared/client/connection-state.ts";
import { type Spread, spreadOf } from "../percentiles.ts";
import type { Connection } from "./connection.ts";

/** Limit of stored latencies of finished connections. */
const ackMsMax = 2000;
const lastErrorsMax = 5;

export interface BotReport {
  readonly players: number;
  readonly matches: number;
  readonly patches: number;
  readonly bytes: number;
  readonly inputs: number;
  readonly ackMs: Omit<Spread, "max">;
  readonly disconnects: number;
  readonly reconnects: number;
  readonly gapMs: Spread;
  readonly commands: number;
  readonly commandsAnswered: number;
  readonly errors: number;
  readonly seconds: number;
}

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

export function totalOf(tallies: readonly BotTally[], seconds: number): BotReport {
  const numbers = tallies.map((tally) => tally.numbers());
  const sum = <Row>(rows: readonly Row[], of: (row: Row) => number) =>
    rows.reduce((all, row) => all + of(row), 0);
  const { p50, p99 } = spreadOf(numbers.flatMap((one) => one.ackMs));
  return {
    players: tallies.length,
    matches: new Set(tallies.flatMap((tally) => [...tally.matches])).size,
    patches: sum(numbers, (one) => one.patches),
    bytes: sum(numbers, (one) => one.bytes),
    inputs: sum(numbers, (one) => one.inputs),
    ackMs: { p50, p99 },
    disconnects: sum(numbers, (one) => one.disconnects),
    reconnects: sum(tallies, (tally) => tally.reconnects),
    gapMs: spreadOf(numbers.flatMap((one) => one.gapsMs)),
    commands: sum(tallies, (tally) => tally.commands),
    commandsAnswered: sum(tallies, (tally) => tally.commandsAnswered),
    errors: sum(tallies, (tally) => tally.errors),
    seconds: Math.round(seconds * 10) / 10,
  };
}
