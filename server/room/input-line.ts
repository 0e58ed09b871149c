/**
 * The inputs of one connection, from the socket to the buffer where they wait for their tick. They come here by two ways,
 * in order: read by input-frames.ts, or by ws when something else is in the same chunk. Each is encoded as a change of the
 * one before, so all of them have to come by here, also while nobody is let in.
 */
import { type Client, ClientState } from "@colyseus/core";
import { letInputWait } from "./colyseus-internals/room-internals.ts";
import { InputDecoder } from "./input-decoder.ts";
import type { InputDeclaration } from "./input-schema.ts";

export class InputLine {
  readonly #decoder: InputDecoder;
  readonly #onInput: (client: Client) => void;
  #client: Client | undefined;

  /** @param onInput called after each one that waits */
  constructor(declaration: InputDeclaration, onInput: (client: Client) => void) {
    this.#decoder = new InputDecoder(declaration);
    this.#onInput = onInput;
  }

  /** Whose inputs these are; undefined until somebody is let in. */
  get sessionId(): string | undefined {
    return this.#client?.sessionId;
  }

  /** The client is being let in on this connection: its inputs wait from now on. */
  belongTo(client: Client): void {
    this.#client = client;
  }

  /** @param frame one whole, well-shaped input, from its kind on */
  take(frame: Uint8Array): void {
    const input = this.#decoder.decode(frame);
    const client = this.#client;
    if (client === undefined || client.state === ClientState.LEAVING) return;
    if (letInputWait(client, input)) this.#onInput(client);
  }
}
