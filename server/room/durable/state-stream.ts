/**
 * The changes of a room's state on their two ways: to the journal as they are (state-writer.ts), and to each client as
 * Colyseus encodes them. Both are cut at the same moment, so that nothing is on one way that is not on the other. Who gets
 * the full state gets nothing that was cut before it. It sends nothing and keeps nothing that was taken.
 */
import { type Client, ClientState } from "@colyseus/core";
import type { Encoder, StateView } from "@colyseus/schema";
import type { ClientTwin } from "./client-twin.ts";
import { StateWriter } from "./state-writer.ts";

/** Free bytes before what is cut: where it is all that is sent, its frame is made around it. */
export const headroomBytes = 11;

/** Changes of one moment, as clients get them. */
interface Cut {
  /** What all see, behind the headroom. */
  readonly roomy: Buffer;
  readonly views: ReadonlyMap<StateView, Uint8Array>;
}

const none = new Uint8Array(0);
const noViews: ReadonlyMap<StateView, Uint8Array> = new Map();
/** "What follows is about the root": the encoder leaves it out where a patch begins. */
const ofRoot = Uint8Array.of(255, 0);
/** Changes that nobody could be sent yet; beyond it the clients start anew. */
const cutsMax = 64;
/** A new image is written when the changes since the last one are longer than it, and than this. */
const changesBytesMin = 64 * 1024;

/** A state that the journal has as it is: what changes in it follows what is there. */
export interface JournaledState {
  /** How many classes have a number there. */
  readonly types: number;
  readonly imageBytes: number;
  readonly changesBytes: number;
}

export class StateStream {
  readonly #encoder: Encoder;
  readonly #writer: StateWriter;
  readonly #hasFilters: boolean;
  #cuts: Cut[] = [];
  /** How many of the cuts each client has in its full state. */
  #skipped = new Map<Client, number>();
  /** What the journal has not, since it was taken: everything as of some cut, if one was due, and what changed after it. */
  #image: Uint8Array | undefined;
  #changes: Uint8Array[] = [];
  #imageBytes = 0;
  #bytesSince = 0;
  #imageDue: boolean;
  readonly #twin: ClientTwin | undefined;

  /**
   * @param journaled undefined: the journal has nothing of this state yet, or something else
   * @param twin follows what clients are sent
   */
  constructor(
    encoder: Encoder,
    {
      journaled,
      twin,
    }: { readonly journaled?: JournaledState | undefined; readonly twin?: ClientTwin | undefined } = {},
  ) {
    this.#encoder = encoder;
    this.#writer = new StateWriter(encoder, journaled?.types);
    this.#hasFilters = encoder.context.hasFilters;
    this.#imageDue = journaled === undefined;
    this.#twin = twin;
    if (journaled === undefined) return;
    this.#imageBytes = journaled.imageBytes;
    this.#bytesSince = journaled.changesBytes;
  }

  /**
   * Cuts what changed so far.
   * @returns whether something had
   */
  cut(clients: readonly Client[]): boolean {
    const encoder = this.#encoder;
    const { hasChanges } = encoder;
    if (!hasChanges && !this.#hasFilters) return false;
    const viewing = this.#hasFilters ? viewsOf(clients) : nobody;
    if (!hasChanges && !seesMore(viewing)) return false;
    // The image is of the first cut, and not of the record: so every state that a client is shown is one that the journal has.
    if (hasChanges && this.#isImageDue) this.#begin();
    else if (hasChanges) this.#keep(this.#writer.changes());
    const cut = clients.some(isJoined) ? this.#cutFor(viewing, hasChanges) : undefined;
    if (cut !== undefined) this.#cuts.push(cut);
    encoder.discardChanges();
    this.#twin?.cut(cut?.roomy.subarray(headroomBytes), encoder);
    return hasChanges;
  }

  /** What the journal has not: when it is time for it, everything anew, and what changed after that. */
  take(): { readonly image?: Uint8Array; readonly changes: readonly Uint8Array[] } {
    if (this.#isImageDue) this.#begin();
    const image = this.#image;
    const changes = this.#changes;
    this.#image = undefined;
    this.#changes = [];
    return { changes, ...(image !== undefined && { image }) };
  }

  /** Whether the journal lacks something. */
  get isAhead(): boolean {
    return this.#imageDue || this.#image !== undefined || this.#changes.length > 0;
  }

  /** The client has all that was cut so far. */
  shown(client: Client): void {
    if (this.#cuts.length > 0) this.#skipped.set(client, this.#cuts.length);
  }

  /** Whether clients lack so much that they should start anew. */
  get isLong(): boolean {
    return this.#cuts.length > cutsMax;
  }

  /** All that anybody lacks, behind the headroom, if everybody lacks the same; it may be written into, and once. */
  get only(): Buffer | undefined {
    const [cut] = this.#cuts;
    const isOnly = this.#cuts.length === 1 && this.#skipped.size === 0 && cut!.views.size === 0;
    return isOnly && cut!.roomy.length > headroomBytes ? cut!.roomy : undefined;
  }

  /** What a client lacks, in order. Clients with the same `key` lack the same. */
  partsFor(client: Client): { readonly key: unknown; readonly parts: readonly Uint8Array[] } {
    const from = this.#skipped.get(client) ?? 0;
    const view = this.#hasFilters ? client.view : undefined;
    const parts: Uint8Array[] = [];
    for (const { roomy, views } of this.#cuts.slice(from)) {
      const shared = roomy.subarray(headroomBytes);
      if (shared.length > 0 && parts.length > 0) parts.push(ofRoot);
      parts.push(shared, (view && views.get(view)) ?? none);
    }
    return { key: from === 0 ? (view ?? this) : undefined, parts };
  }

  /** All clients were sent what they lack. */
  sent(): void {
    this.#cuts = [];
    if (this.#skipped.size > 0) this.#skipped = new Map();
  }

  /** A long journal waits until what was cut before is taken. */
  get #isImageDue(): boolean {
    const isLong = this.#bytesSince > Math.max(changesBytesMin, 2 * this.#imageBytes);
    return this.#imageDue || (isLong && this.#image === undefined && this.#changes.length === 0);
  }

  /** The journal begins anew here: what it lacks before is in the image. */
  #begin(): void {
    this.#image = this.#writer.image();
    this.#changes = [];
    this.#imageDue = false;
    this.#imageBytes = this.#image.length;
    this.#bytesSince = 0;
  }

  #keep(changes: Uint8Array): void {
    this.#changes.push(changes);
    this.#bytesSince += changes.length;
  }

  #cutFor(viewing: ReadonlySet<StateView>, hasChanges: boolean): Cut {
    const it = { offset: 0 };
    const shared = hasChanges ? this.#encoder.encode(it) : none;
    const roomy = Buffer.allocUnsafe(headroomBytes + shared.length);
    roomy.set(shared, headroomBytes);
    if (viewing.size === 0) return { roomy, views: noViews };
    const views = new Map<StateView, Uint8Array>();
    const { length } = shared;
    for (const view of viewing) {
      it.offset = length;
      views.set(view, this.#encoder.encodeView(view, 0, it));
    }
    return { roomy, views };
  }
}

const isJoined = ({ state }: Client): boolean => state === ClientState.JOINED;

const nobody: ReadonlySet<StateView> = new Set();

function viewsOf(clients: readonly Client[]): ReadonlySet<StateView> {
  const views = new Set<StateView>();
  for (const client of clients) if (isJoined(client) && client.view !== undefined) views.add(client.view);
  return views;
}

function seesMore(views: ReadonlySet<StateView>): boolean {
  for (const { changes } of views) if (changes.size > 0) return true;
  return false;
}
