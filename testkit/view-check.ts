/**
 * The View of one match, checked as its clients would see it: after every write, after every patch at somebody who has
 * been there, at somebody who joins now, and at somebody who missed some patches and comes back. All of them must hold
 * what `of` says. It has an encoder of its own and touches no room.
 */
import { type Decoder, Encoder, Reflection, type Schema } from "@colyseus/schema";
import type { AnyGame } from "../shared/game/game.ts";
import { firstDifference } from "./difference.ts";

/** Somebody joins, and somebody comes back, after this many checks. */
const comingEvery = 16;

export class ViewCheck {
  readonly #view: AnyGame["view"];
  readonly #written: Schema;
  readonly #encoder: Encoder;
  readonly #present: Decoder;
  #away: Decoder;
  #checks = 0;

  constructor({ view }: Pick<AnyGame, "view">) {
    this.#view = view;
    this.#written = view.create();
    this.#encoder = new Encoder(this.#written);
    this.#present = this.#someoneNew();
    this.#away = this.#someoneNew();
    this.#encoder.discardChanges();
  }

  /** Brings the View up to `world`. @returns what is wrong with it, in words; undefined: nothing */
  problem(world: object): string | undefined {
    const expected = this.#view.of(world);
    this.#view.write(this.#written, world);
    const unlike = (who: string, view: unknown) => {
      const difference = firstDifference(this.#view.read(view as Schema), expected);
      return difference === undefined
        ? undefined
        : `${who} holds another View than \`of\` says: ${difference}`;
    };
    const written = unlike("the server, after `write`,", this.#written);
    this.#present.decode(Buffer.from(this.#encoder.encode()));
    this.#encoder.discardChanges();
    return written ?? unlike("a client, after the patch,", this.#present.state) ?? this.#whoComes(unlike);
  }

  #whoComes(unlike: (who: string, view: unknown) => string | undefined): string | undefined {
    this.#checks += 1;
    if (this.#checks % comingEvery !== 0) return undefined;
    const fresh = this.#someoneNew();
    this.#away.decodeResync(Buffer.from(this.#encoder.encodeAll()));
    const problem =
      unlike("a client that joins", fresh.state) ??
      unlike("a client that was away and comes back", this.#away.state);
    this.#away = fresh;
    return problem;
  }

  #someoneNew(): Decoder {
    const decoder = Reflection.decode(Reflection.encode(this.#encoder));
    decoder.decode(Buffer.from(this.#encoder.encodeAll()));
    return decoder;
  }
}
