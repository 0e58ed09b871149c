/**
 * What only one viewer may see (OwnView of a game), for the clients of a room. Each client has a branch of its own,
 * made anew for every connection: a seat may have gone to another player meanwhile, and nothing of the last one may be
 * in it. Spectators share one. The room's tree has an empty one in their place, that is never written.
 */
import type { Client } from "@colyseus/core";
import type { Schema } from "@colyseus/schema";
import type { OwnView, Viewer } from "../../shared/game/game.ts";
import type { Branch, Branches, ViewersParts } from "./branches.ts";
import type { PerClient } from "./patch-serializer.ts";

export interface OwnViewsParts extends ViewersParts {
  readonly view: OwnView<unknown>;
  /** The empty branch in the room's tree. */
  readonly placeholder: Schema;
}

export class OwnViews implements PerClient {
  readonly #parts: OwnViewsParts;
  readonly #branches: Branches;
  readonly #ofClients = new WeakMap<Client, Branch>();
  /** Set while a spectator is there. */
  #watching: Branch | undefined;
  /** The spectators' changes in this patch. */
  #watchingChanges: Uint8Array | undefined;

  constructor(parts: OwnViewsParts) {
    this.#parts = parts;
    this.#branches = parts.branches;
  }

  /** Between two patches a spectator gets what the others have: what changed since comes to all with the next one. */
  full(client: Client): readonly Uint8Array[] {
    const { viewerOf } = this.#parts;
    const viewer = viewerOf(client);
    if (viewer === undefined) return [];
    if (viewer === "spectator") return [this.#branches.full(this.#spectators())];
    const branch = this.#newBranch(viewer);
    this.#ofClients.set(client, branch);
    return [this.#branches.full(branch)];
  }

  write(clients: readonly Client[]): void {
    const { viewerOf } = this.#parts;
    let isWatched = false;
    for (const client of clients) {
      const viewer = viewerOf(client);
      const branch = this.#ofClients.get(client);
      if (viewer === "spectator") isWatched = true;
      else if (viewer !== undefined && branch !== undefined) this.#write(branch, viewer);
    }
    if (isWatched && this.#watching !== undefined) this.#write(this.#watching, "spectator");
  }

  changes(client: Client): readonly Uint8Array[] {
    const viewer = this.#parts.viewerOf(client);
    if (viewer === undefined) return [];
    if (viewer === "spectator") return [this.#changesToWatch()];
    const branch = this.#ofClients.get(client);
    return branch === undefined ? this.full(client) : [this.#branches.changes(branch)];
  }

  patched(clients: readonly Client[]): void {
    this.#watchingChanges = undefined;
    if (this.#watching === undefined) return;
    const { viewerOf } = this.#parts;
    if (!clients.some((client) => viewerOf(client) === "spectator")) this.#watching = undefined;
  }

  #changesToWatch(): Uint8Array {
    const known = this.#watching;
    this.#watchingChanges ??=
      known === undefined ? this.#branches.full(this.#spectators()) : this.#branches.changes(known);
    return this.#watchingChanges;
  }

  #spectators(): Branch {
    this.#watching ??= this.#newBranch("spectator");
    return this.#watching;
  }

  /** The branch is sent whole, so none of its content counts as a change. */
  #newBranch(viewer: Viewer): Branch {
    const { view, placeholder } = this.#parts;
    const branch = this.#branches.graft(view.create(), placeholder);
    this.#write(branch, viewer);
    this.#branches.forgetChanges(branch);
    return branch;
  }

  #write({ schema }: Branch, viewer: Viewer): void {
    const { view, world } = this.#parts;
    view.write(schema, world(), viewer);
  }
}
