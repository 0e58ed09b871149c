/**
 * How many commands and command bytes of a seat reach the journal: a burst at once, and a rate per second over time.
 * It bounds a match's journal whatever its players send. It counts in ticks, not in time. A seat that exceeds its
 * budget is refused; others are not affected.
 */

export interface CommandLimits {
  /** Commands of one seat; three seconds' worth may come at once. */
  readonly commandsPerSecondMax: number;
  /** Bytes of their payloads as JSON; four seconds' worth may come at once. */
  readonly commandBytesPerSecondMax: number;
}

const burstSeconds = { commands: 3, bytes: 4 } as const;

interface Account {
  tick: number;
  commands: number;
  bytes: number;
}

export class CommandBudget {
  readonly #limits: CommandLimits;
  readonly #ticksPerSecond: number;
  readonly #accounts = new Map<string, Account>();

  constructor(limits: CommandLimits, ticksPerSecond: number) {
    this.#limits = limits;
    this.#ticksPerSecond = ticksPerSecond;
  }

  /** @returns whether the command may be journaled; if so, its cost is deducted */
  spend(sessionId: string, tick: number, payload: unknown): boolean {
    const { commandsPerSecondMax, commandBytesPerSecondMax } = this.#limits;
    const commandsMax = commandsPerSecondMax * burstSeconds.commands;
    const bytesMax = commandBytesPerSecondMax * burstSeconds.bytes;
    const before = this.#accounts.get(sessionId) ?? { tick, commands: commandsMax, bytes: bytesMax };
    const seconds = (tick - before.tick) / this.#ticksPerSecond;
    const commands = Math.min(commandsMax, before.commands + seconds * commandsPerSecondMax);
    const bytes = Math.min(bytesMax, before.bytes + seconds * commandBytesPerSecondMax);
    const cost = bytesOf(payload);
    const paid = commands >= 1 && bytes >= cost;
    this.#accounts.set(sessionId, {
      tick,
      commands: commands - (paid ? 1 : 0),
      bytes: bytes - (paid ? cost : 0),
    });
    return paid;
  }

  /** The seat was given up. */
  forget(sessionId: string): void {
    this.#accounts.delete(sessionId);
  }
}

function bytesOf(payload: unknown): number {
  return Buffer.byteLength(JSON.stringify(payload) ?? "");
}
