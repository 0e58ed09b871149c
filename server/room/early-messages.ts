/**
 * Keeps what a client sends while it is being let in, which can take as long as the store takes: Colyseus listens
 * only afterwards, and would lose it. Inputs go at once into their own bounded buffer, because each is encoded as a
 * change of the one before. The rest waits here, in order. It neither decodes nor answers a message.
 */
import { Protocol } from "@colyseus/core";

/**
 * Per client. A client that sends more is disconnected and may reconnect. The SDK queues messages until it is let in.
 */
const earlyMessagesMax = 64;
const earlyBytesMax = 64 * 1024;

const kindOf = (message: Uint8Array) => (message[0] ?? 0) & 0x1f;

export interface EarlyParts {
  /** Colyseus' own handling of one message. */
  readonly handle: (message: Buffer) => void;
  /** Called when one more message arrives than may wait. */
  readonly onTooMany: () => void;
}

/** The part of a socket that this uses. */
interface Ref {
  on(event: "message", listener: (message: Buffer) => void): unknown;
  removeListener(event: "message", listener: (message: Buffer) => void): unknown;
}

export class EarlyMessages {
  readonly #ref: Ref;
  readonly #parts: EarlyParts;
  #waiting: Buffer[] = [];
  #bytes = 0;

  constructor(ref: Ref, parts: EarlyParts) {
    this.#ref = ref;
    this.#parts = parts;
    ref.on("message", this.#take);
  }

  /** The client is in and Colyseus listens: the waiting messages are handled before any later one. */
  handOver(): void {
    this.#ref.removeListener("message", this.#take);
    for (const message of this.#waiting.splice(0)) this.#parts.handle(message);
  }

  /** The client was not let in. */
  drop(): void {
    this.#ref.removeListener("message", this.#take);
    this.#waiting = [];
  }

  readonly #take = (message: Buffer): void => {
    const kind = kindOf(message);
    if (kind === Protocol.ROOM_INPUT_RELIABLE || kind === Protocol.ROOM_INPUT_UNRELIABLE) {
      this.#parts.handle(message);
    } else if (this.#waiting.length >= earlyMessagesMax || this.#bytes + message.length > earlyBytesMax) {
      this.#parts.onTooMany();
    } else {
      this.#bytes += message.length;
      // The message is a slice of a larger buffer, which keeping it would retain.
      this.#waiting.push(Buffer.from(message));
    }
  };
}
