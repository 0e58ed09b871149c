/**
 * The check of the rule that no field of a View is cleared (docs/writing-a-game.md): a client on the SDK alone that
 * misses some patches and comes back must hold what somebody is shown who is new. For the tests of any game.
 */
import { type Decoder, Encoder, Reflection, type Schema } from "@colyseus/schema";

export class Returner {
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;

  /** @param view that a server writes to */
  constructor(view: Schema) {
    this.#encoder = new Encoder(view);
    this.#decoder = this.#someoneNew();
  }

  /** A patch goes out. */
  patch({ isAway = false } = {}): void {
    const bytes = this.#encoder.encode();
    if (!isAway) this.#decoder.decode(bytes);
    this.#encoder.discardChanges();
  }

  /** With a full state, as after a reconnect. */
  comeBack(): { held: unknown; fresh: unknown } {
    this.#decoder.decodeResync(this.#encoder.encodeAll());
    return { held: plain(this.#decoder), fresh: plain(this.#someoneNew()) };
  }

  #someoneNew(): Decoder {
    const decoder = Reflection.decode(Reflection.encode(this.#encoder));
    decoder.decode(this.#encoder.encodeAll());
    return decoder;
  }
}

function plain({ state }: Decoder): unknown {
  return JSON.parse(JSON.stringify(state));
}
