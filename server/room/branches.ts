/**
 * Branches of a View: trees of the schema that hang in the room's tree for a client, and not on the server. Each is
 * encoded apart, so that it can be sent to some clients and not to others; all take their reference ids from the
 * room's counter, so that a client's decoder never meets one number for two objects. It decides nothing about who sees
 * what. Colyseus' own way (StateView) is not used: it keeps everything in one tree and filters at each encode, where
 * one mistake shows a secret, and costs views times changes.
 *
 *   0xff        what follows is about another object
 *   …           its reference id: where the branch hangs
 *   …           the schema's changes of the branch, or all of it
 */
import assert from "node:assert/strict";
import type { Client } from "@colyseus/core";
import { type Encoder, encode, type Iterator, type Schema } from "@colyseus/schema";
import type { Viewer } from "../../shared/game/game.ts";
import {
  countWith,
  hang,
  idsOf,
  newRoot,
  Pen,
  type Root,
  refIdOf,
} from "./colyseus-internals/branch-internals.ts";
import type { GrowingBytes } from "./growing-bytes.ts";

const switchToObject = 0xff;
const nothing = new Uint8Array(0);

export interface Branch {
  readonly schema: Schema;
  readonly root: Root;
  /** Switches the decoder to the branch's topmost object. */
  readonly prefix: Uint8Array;
}

/** What everything is made from that differs between the clients of a room. */
export interface ViewersParts {
  readonly branches: Branches;
  readonly world: () => unknown;
  /** Who looks through a client; undefined when its place is gone. */
  readonly viewerOf: (client: Client) => Viewer | undefined;
}

export class Branches {
  readonly #room: Encoder;
  /** One for all branches of the room: its buffer is large, and a branch is small. */
  #pen: Pen | undefined;

  /** @param room the encoder of the room's tree */
  constructor(room: Encoder) {
    this.#room = room;
  }

  /**
   * Makes `schema` a branch.
   * @param at left out: an object of its own, with the next id; else it stands in the place of this one, which is in
   * the room's tree, and what both were created with has the same ids
   */
  graft(schema: Schema, at?: Schema): Branch {
    const ids = at === undefined ? undefined : idsOf(at);
    const root = newRoot(this.#room, ids?.[0] ?? 0);
    if (ids === undefined) countWith(root, this.#room);
    hang(schema, root);
    if (ids !== undefined) {
      assert.deepEqual(idsOf(schema), ids, "create() of a part of the View must make the same at every call");
      countWith(root, this.#room);
    }
    return { schema, root, prefix: prefixOf(refIdOf(schema)) };
  }

  /** What changed since the last call; bytes of its own. */
  changes(branch: Branch): Uint8Array {
    const pen = this.#take(branch);
    if (!pen.hasChanges) return nothing;
    const bytes = joined(branch.prefix, pen.encode({ offset: 0 }));
    pen.discardChanges();
    return bytes;
  }

  /** The same, written behind what is there; nothing when nothing changed. */
  changesInto(branch: Branch, into: GrowingBytes): void {
    const pen = this.#take(branch);
    if (!pen.hasChanges) return;
    into.bytes(branch.prefix);
    into.encoded((it, buffer) => pen.encode(it, undefined, buffer));
    pen.discardChanges();
  }

  /** All of it; bytes of its own. It changes nothing about the next `changes`. */
  full(branch: Branch): Uint8Array {
    const pen = this.#take(branch);
    return joined(branch.prefix, pen.encodeAll({ offset: 0 }, pen.sharedBuffer));
  }

  /** The present content was sent in another way. */
  forgetChanges(branch: Branch): void {
    this.#take(branch).discardChanges();
  }

  #take(branch: Branch): Pen {
    this.#pen ??= new Pen(branch.schema, branch.root as never);
    return this.#pen.turnTo(branch, this.#room);
  }
}

export function prefixOf(refId: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const at: Iterator = { offset: 1 };
  bytes[0] = switchToObject;
  encode.number(bytes, refId, at);
  return bytes.slice(0, at.offset);
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return bytes;
}
