/**
 * The View of one match, checked as its clients would see it: after every write, after every patch at somebody who has
 * been there, at somebody who joins now, and at somebody who missed some patches and comes back. All of them must hold
 * what `of` says; and each player in their own part what `own.of` says. It has encoders of its own and touches no room.
 */
import { type Decoder, Encoder, Reflection, Schema } from "@colyseus/schema";
import type { AnyGame, Plain, Viewer } from "../shared/game/game.ts";
import { firstDifference } from "./difference.ts";
import { SightCheck } from "./sight-check.ts";

/** Somebody joins, and somebody comes back, after this many checks. */
const comingEvery = 16;

const otherCopy =
  "its View is made with a copy of @colyseus/schema of its own, which cannot be checked: use the version that Holdfast has, so that npm installs one for both";

/** A schema that follows something, whatever it is. */
interface Followed<Shown> {
  create(): Schema;
  write(schema: Schema, shown: Shown): void;
  read(schema: Schema): Plain;
  of(shown: Shown): Plain;
}

export class ViewCheck {
  readonly #game: Pick<AnyGame, "view">;
  readonly #shared: FollowedCheck<object>;
  readonly #own = new Map<Viewer, FollowedCheck<object>>();
  readonly #sight: SightCheck | undefined;

  /** @throws TypeError when the game's schema package is another copy than the one here, which cannot look into it */
  constructor(game: Pick<AnyGame, "view">) {
    if (!(game.view.create() instanceof Schema)) throw new TypeError(otherCopy);
    this.#game = game;
    this.#shared = new FollowedCheck(game.view);
    this.#sight = game.view.sight && new SightCheck(game.view.sight);
  }

  /**
   * Brings the View up to `world`.
   * @param viewers who has a seat, and "spectator" where somebody watches
   * @returns what is wrong with it, in words; undefined: nothing
   */
  problem(world: object, viewers: Iterable<Viewer> = []): string | undefined {
    const shared = this.#shared.problem(world);
    if (shared !== undefined) return shared;
    const all = [...viewers];
    for (const viewer of all) {
      const problem = this.#ownOf(viewer)?.problem(world);
      if (problem !== undefined)
        return `what ${viewer === "spectator" ? viewer : `seat ${viewer}`} alone sees: ${problem}`;
    }
    const sight = this.#sight?.problem(world, all);
    return sight && `what is in sight: ${sight}`;
  }

  #ownOf(viewer: Viewer): FollowedCheck<object> | undefined {
    const { own } = this.#game.view;
    if (own === undefined) return undefined;
    const known = this.#own.get(viewer);
    if (known !== undefined) return known;
    const check = new FollowedCheck<object>({
      create: () => own.create(),
      write: (schema, world) => own.write(schema, world, viewer),
      read: (schema) => own.read(schema),
      of: (world) => own.of(world, viewer),
    });
    this.#own.set(viewer, check);
    return check;
  }
}

class FollowedCheck<Shown> {
  readonly #followed: Followed<Shown>;
  readonly #written: Schema;
  readonly #encoder: Encoder;
  readonly #present: Decoder;
  #away: Decoder;
  #checks = 0;

  constructor(followed: Followed<Shown>) {
    this.#followed = followed;
    this.#written = followed.create();
    this.#encoder = new Encoder(this.#written);
    this.#present = this.#someoneNew();
    this.#away = this.#someoneNew();
    this.#encoder.discardChanges();
  }

  problem(shown: Shown): string | undefined {
    const expected = this.#followed.of(shown);
    this.#followed.write(this.#written, shown);
    const unlike = (who: string, schema: unknown) => {
      const difference = firstDifference(this.#followed.read(schema as Schema), expected);
      return difference && `${who} holds another View than \`of\` says: ${difference}`;
    };
    const written = unlike("the server, after `write`,", this.#written);
    this.#present.decode(Buffer.from(this.#encoder.encode()));
    this.#encoder.discardChanges();
    return written ?? unlike("a client, after the patch,", this.#present.state) ?? this.#whoComes(unlike);
  }

  #whoComes(unlike: (who: string, schema: unknown) => string | undefined): string | undefined {
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
