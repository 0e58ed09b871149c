/**
 * The clients of a durable room beside their seats: who they are to the room, what the room noted about them, and how long
 * their place is held. Which of it changed is found by packed bytes. Who has a place is the match's to know.
 */
import { EventEmitter } from "node:events";
import { type Client, ClientState } from "@colyseus/core";
import { LastPacked, packed, unpacked } from "./packed.ts";
import type { KeptClient } from "./room-world.ts";

interface ClientEntry {
  /** The newest connection. */
  client: Client;
  readonly auth: LastPacked;
  readonly userData: LastPacked;
  authBytes: Uint8Array;
  userDataBytes: Uint8Array;
  isJoining: boolean;
  heldUntilMs: number | null | undefined;
  isTold: boolean;
  isChanged: boolean;
}

const nothing = packed(undefined);

export class KeptClients {
  readonly #entries = new Map<string, ClientEntry>();
  #gone: string[] = [];
  /** Called with what a client has that cannot be kept. */
  readonly #onUnkeepable: (what: "auth" | "userData", error: unknown) => void;

  constructor(onUnkeepable: (what: "auth" | "userData", error: unknown) => void) {
    this.#onUnkeepable = onUnkeepable;
  }

  /** The newest connection of each, also of those that are away. */
  get clients(): Iterable<Client> {
    return this.#clients();
  }

  *#clients(): Iterable<Client> {
    for (const { client } of this.#entries.values()) yield client;
  }

  has(sessionId: string): boolean {
    return this.#entries.has(sessionId);
  }

  /** Whether its `onJoin` has not come to its end. */
  isJoining(sessionId: string): boolean {
    return this.#entries.get(sessionId)?.isJoining ?? false;
  }

  joins(client: Client): void {
    this.#set(client, { isJoining: true, heldUntilMs: undefined });
  }

  joined(sessionId: string): void {
    const entry = this.#entries.get(sessionId);
    if (entry !== undefined) Object.assign(entry, { isJoining: false, isChanged: true });
  }

  held(sessionId: string, untilMs: number | null): void {
    const entry = this.#entries.get(sessionId);
    if (entry !== undefined) Object.assign(entry, { heldUntilMs: untilMs, isChanged: true });
  }

  /** Until when its place is held; null: without an end. */
  heldUntilMs(sessionId: string): number | null | undefined {
    return this.#entries.get(sessionId)?.heldUntilMs;
  }

  /** The room's `onLeave` is called because the connection broke. */
  tell(sessionId: string): void {
    const entry = this.#entries.get(sessionId);
    if (entry !== undefined) Object.assign(entry, { isTold: true, isChanged: true });
  }

  isTold(sessionId: string): boolean {
    return this.#entries.get(sessionId)?.isTold ?? false;
  }

  returned(client: Client): void {
    const entry = this.#entries.get(client.sessionId);
    if (entry !== undefined)
      Object.assign(entry, { client, heldUntilMs: undefined, isTold: false, isChanged: true });
  }

  left(sessionId: string): void {
    if (this.#entries.delete(sessionId)) this.#gone.push(sessionId);
  }

  /** As it was kept, before a connection is there. */
  restore(client: Client, kept: KeptClient): void {
    const { heldUntilMs } = kept;
    client.auth = unpacked(kept.auth);
    client.userData = unpacked(kept.userData);
    const entry = this.#set(client, { isJoining: kept.joining === true, heldUntilMs });
    entry.auth.is(client.auth, kept.auth);
    entry.userData.is(client.userData, kept.userData);
    const { auth: authBytes, userData: userDataBytes } = kept;
    Object.assign(entry, { authBytes, userDataBytes, isTold: kept.told === true, isChanged: false });
  }

  /** Those that changed since the last call, null for those that left; undefined: none. */
  changes(): Record<string, Omit<KeptClient, "view"> | null> | undefined {
    let changes: Record<string, Omit<KeptClient, "view"> | null> | undefined;
    for (const sessionId of this.#gone) {
      changes ??= {};
      changes[sessionId] = null;
    }
    if (this.#gone.length > 0) this.#gone = [];
    for (const [sessionId, entry] of this.#entries) {
      this.#look(entry, "auth");
      this.#look(entry, "userData");
      if (!entry.isChanged) continue;
      entry.isChanged = false;
      changes ??= {};
      const { authBytes: auth, userDataBytes: userData, isJoining, heldUntilMs, isTold } = entry;
      changes[sessionId] = {
        ...{ auth, userData },
        ...(isJoining && { joining: true as const }),
        ...(heldUntilMs !== undefined && { heldUntilMs }),
        ...(isTold && { told: true as const }),
      };
    }
    return changes;
  }

  #set(client: Client, about: Pick<ClientEntry, "isJoining" | "heldUntilMs">): ClientEntry {
    const entry: ClientEntry = {
      ...{ client, ...about, isTold: false, isChanged: true },
      ...{ auth: new LastPacked(), userData: new LastPacked(), authBytes: nothing, userDataBytes: nothing },
    };
    this.#entries.set(client.sessionId, entry);
    return entry;
  }

  #look(entry: ClientEntry, what: "auth" | "userData"): void {
    let bytes: Uint8Array | undefined;
    try {
      bytes = entry[what].changed(entry.client[what]);
    } catch (error) {
      this.#onUnkeepable(what, error);
    }
    if (bytes === undefined) return;
    entry[`${what}Bytes`] = bytes;
    entry.isChanged = true;
  }
}

/** A client whose connection was another process': it takes everything, and sends nothing. */
export function clientOfBefore({ sessionId, token }: { readonly sessionId: string; readonly token: string }) {
  const nothingDone = () => {};
  return {
    ...{ sessionId, id: sessionId, reconnectionToken: token, readyState: 3, state: ClientState.LEAVING },
    ...{ ref: new EventEmitter(), send: nothingDone, sendBytes: nothingDone, raw: nothingDone },
    ...{ enqueueRaw: nothingDone, leave: nothingDone, error: nothingDone },
  } as unknown as Client;
}
