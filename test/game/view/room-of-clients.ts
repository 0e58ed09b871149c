/**
 * A declared View with the encoder of a room, and clients with the decoder of the SDK: they learn the types on the wire,
 * join, miss patches and come back, also to a process that was restored. For property tests; knows no game.
 */
import { type Decoder, Encoder, Reflection, type Schema } from "@colyseus/schema";
import { expect } from "vitest";
import { refsToReserve } from "../../../server/room/view-refs.ts";
import { hashPlain } from "../../../shared/game/deterministic/hash.ts";
import type { Plain } from "../../../shared/game/game.ts";
import type { DeclaredView } from "../../../shared/game/view/declared-view.ts";
import type { ViewFields } from "../../../shared/game/view/kind.ts";

export interface ViewClient {
  readonly decoder: Decoder;
  here: boolean;
}

interface CountingEncoder {
  readonly root: { nextUniqueId: number };
}

export class RoomOfClients<F extends ViewFields> {
  readonly clients: ViewClient[] = [];
  readonly #declared: DeclaredView<never, F>;
  #view: Schema;
  #encoder: Encoder;
  #seen: unknown;

  constructor(declared: DeclaredView<never, F>, first: unknown) {
    this.#declared = declared;
    this.#seen = first;
    [this.#view, this.#encoder] = this.#shown(0);
  }

  /** What a room does when it is made or restored. */
  #shown(reserved: number): [Schema, Encoder] {
    const view = this.#declared.create();
    const encoder = new Encoder(view);
    const { root } = encoder as unknown as CountingEncoder;
    root.nextUniqueId = Math.max(root.nextUniqueId, reserved);
    this.#declared.write(view, this.#seen as never);
    encoder.discardChanges();
    return [view, encoder];
  }

  write(seen: unknown): void {
    this.#seen = seen;
    this.#declared.write(this.#view as never, seen as never);
  }

  /** @returns the bytes that everybody got */
  patch(): number {
    const bytes = Buffer.from(this.#encoder.encode());
    for (const { decoder, here } of this.clients) if (here) decoder.decode(bytes);
    this.#encoder.discardChanges();
    return bytes.length;
  }

  join(): ViewClient {
    const decoder = Reflection.decode(Reflection.encode(this.#encoder));
    decoder.decode(Buffer.from(this.#encoder.encodeAll()));
    const client = { decoder, here: true };
    this.clients.push(client);
    return client;
  }

  comeBack(client: ViewClient): void {
    client.decoder.decodeResync(Buffer.from(this.#encoder.encodeAll()));
    client.here = true;
  }

  /** Another process goes on with what is seen; everybody's connection broke. */
  restore(): void {
    const { root } = this.#encoder as unknown as CountingEncoder;
    [this.#view, this.#encoder] = this.#shown(refsToReserve(root.nextUniqueId, 0)!);
    for (const client of this.clients) client.here = false;
  }

  /** Everybody who is here holds what was seen. */
  check(): void {
    const expected = this.#declared.of(this.#seen as never);
    expectSame(this.#declared.read(this.#view as never), expected);
    for (const { decoder, here } of this.clients)
      if (here) expectSame(this.#declared.read(decoder.state), expected);
  }
}

/** Not `toEqual`: a key may be "constructor". */
function expectSame(held: Plain, expected: Plain): void {
  if (hashPlain(held) !== hashPlain(expected)) expect(JSON.stringify(held)).toBe(JSON.stringify(expected));
}
