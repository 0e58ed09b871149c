/**
 * What Colyseus lists of a durable room, as it is kept: locked, private, its limit and metadata. The listing also has the
 * epoch, by which a fenced owner's write is told from the owner's; the room does not see it.
 */
import type { Room } from "@colyseus/core";
import { type Listing, listingOf, lockedByRoom } from "../colyseus-internals/room-internals.ts";
import { LastPacked, packed, unpacked } from "./packed.ts";
import type { KeptListing } from "./room-world.ts";

type Listed = Listing & { private?: boolean; unlisted?: boolean; metadata?: unknown };

export class KeptRoomListing {
  readonly #room: Room;
  readonly #metadata = new LastPacked();
  readonly #more = new LastPacked();
  #kept: KeptListing | undefined;
  #epoch: number | undefined;
  /** Called with what cannot be kept; what was kept of it before stays. */
  readonly #onUnkeepable: (what: string, error: unknown) => void;

  constructor(room: Room, onUnkeepable: (what: string, error: unknown) => void) {
    this.#room = room;
    this.#onUnkeepable = onUnkeepable;
    const { setMetadata } = room;
    Object.defineProperty(room, "metadata", {
      configurable: true,
      get: () => this.#given(),
      set: (metadata: unknown) => {
        this.#listed.metadata = this.#withEpoch(metadata);
      },
    });
    room.setMetadata = (metadata, persist) =>
      setMetadata.call(room, this.#withEpoch(metadata) as never, persist);
  }

  /** From now on the listing names the owner's epoch. */
  listUnder(epoch: number): void {
    const given = this.#given();
    this.#epoch = epoch;
    this.#listed.metadata = this.#withEpoch(given);
  }

  /** Undefined: it is as it was at the last call. */
  changes(): KeptListing | undefined {
    const { private: isPrivate = false, unlisted = false } = this.#listed;
    const given = this.#changed("metadata", this.#metadata, this.#given());
    const metadata = given ?? this.#kept?.metadata ?? packed(undefined);
    const limit = this.#room.maxClients;
    const now: KeptListing = {
      ...{ locked: lockedByRoom(this.#room), private: isPrivate, unlisted, metadata },
      maxClients: Number.isFinite(limit) ? limit : null,
      ...this.#moreNow(),
    };
    const before = this.#kept;
    if (before !== undefined && keys.every((key) => before[key] === now[key])) return undefined;
    this.#kept = now;
    return now;
  }

  /** To be called while the room is being created: nothing is written then. */
  restore(kept: KeptListing): void {
    const { maxClients, locked, private: isPrivate, unlisted } = kept;
    const metadata = unpacked(kept.metadata);
    this.#kept = kept;
    this.#metadata.is(metadata, kept.metadata);
    this.#listed.metadata = this.#withEpoch(metadata);
    this.#listed.locked = locked;
    if (kept.more !== undefined) {
      const more = unpacked(kept.more);
      this.#more.is(more, kept.more);
      Object.assign(this.#listed, more);
    }
    const options = { maxClients: maxClients ?? Number.POSITIVE_INFINITY, private: isPrivate, unlisted };
    void this.#room.setMatchmaking({ ...options, ...(locked && { locked }) });
  }

  /** What `setMatchmaking` was given beside: the same bytes as long as nothing changes. */
  #moreNow(): Pick<KeptListing, "more"> {
    let more: Record<string, unknown> | undefined;
    for (const name of Object.keys(this.#listed)) {
      if (ofEveryListing.has(name)) continue;
      more ??= {};
      more[name] = this.#listed[name as keyof Listed];
    }
    if (more === undefined) return {};
    const bytes = this.#changed("listing", this.#more, more) ?? this.#kept?.more;
    return bytes === undefined ? {} : { more: bytes };
  }

  #changed(what: string, last: LastPacked, value: unknown): Uint8Array | undefined {
    try {
      return last.changed(value);
    } catch (error) {
      this.#onUnkeepable(what, error);
      return undefined;
    }
  }

  get #listed(): Listed {
    return listingOf(this.#room);
  }

  #given(): unknown {
    const { metadata } = this.#listed as { metadata?: Record<string, unknown> };
    if (this.#epoch === undefined || metadata === undefined) return metadata;
    const { epoch: _, ...given } = metadata;
    return Object.keys(given).length === 0 ? undefined : given;
  }

  #withEpoch(metadata: unknown): unknown {
    return this.#epoch === undefined ? metadata : { ...(metadata as object), epoch: this.#epoch };
  }
}

const keys = ["locked", "private", "unlisted", "maxClients", "metadata", "more"] as const;

/** What Colyseus writes itself, and what is kept by itself. */
const ofEveryListing: ReadonlySet<string> = new Set([
  ...["name", "roomId", "processId", "publicAddress", "createdAt", "clients"],
  ...["locked", "private", "unlisted", "maxClients", "metadata"],
]);
