/**
 * Colyseus' rooms in a fleet, for a node that has none: where a room is, and what is left of those whose node died. Such
 * rooms die with their node: nobody is sent to them from then on, and after a while their entries are removed.
 */
import { type IRoomCache, type MatchMakerDriver, updateLobby } from "@colyseus/core";
import { listedRoom } from "../room/colyseus-internals/room-internals.ts";

/** A process may be missing for some looks without being gone: when Redis lost its registry, all are. */
const looksMax = 10;
/** How often rooms are looked for whose process nobody here has ever seen: it was gone before this one started. */
const surveyEveryLooks = 30;

export interface FleetRoomsParts {
  readonly driver: Pick<MatchMakerDriver, "findOne" | "query" | "remove">;
  /** Names of the kinds of rooms. */
  readonly kinds: readonly { readonly name: string }[];
  /** Nodes that are alive: where each Colyseus process is. */
  readonly nodes: () => readonly { readonly processId: string; readonly address: string }[];
  /** A room that is not there any more left the listing. */
  readonly onGone: (room: IRoomCache) => void;
}

/** Lobbies everywhere hear of it. */
export const tellLobbies = (room: IRoomCache): void => updateLobby(listedRoom(room), true);

export class FleetRooms {
  readonly #parts: FleetRoomsParts;
  readonly #kinds: ReadonlySet<string>;
  /** How often each process was looked for in vain since it was last there. */
  readonly #missed = new Map<string, number>();
  #looks = 0;

  constructor(parts: FleetRoomsParts) {
    this.#parts = parts;
    this.#kinds = new Set(parts.kinds.map(({ name }) => name));
  }

  /** Whether clients may be sent to it: its node is there, or it is a match, which has another node soon. */
  isThere = (room: Pick<IRoomCache, "name" | "processId">): boolean =>
    !this.#kinds.has(room.name) || this.#addressOf(room) !== undefined;

  /**
   * host:port of a room's node; "gone" when that node is not there, undefined when it is no such room.
   * @throws StoreError (rejects)
   */
  async ownerOf(roomId: string): Promise<string | undefined> {
    if (this.#kinds.size === 0) return undefined;
    const room = (await this.#parts.driver.findOne({ roomId })) as IRoomCache | undefined;
    if (room === undefined || !this.#kinds.has(room.name)) return undefined;
    return this.#addressOf(room) ?? "gone";
  }

  /** Call every second: removes the entries of rooms whose process has not been there for a while. */
  async look(): Promise<void> {
    if (this.#looks++ % surveyEveryLooks === 0) await this.#survey();
    const here = new Set(this.#parts.nodes().map(({ processId }) => processId));
    for (const processId of here) this.#missed.set(processId, 0);
    for (const [processId, looks] of this.#missed) {
      if (here.has(processId)) continue;
      this.#missed.set(processId, looks + 1);
      if (looks + 1 >= looksMax) await this.#remove(processId);
    }
  }

  /** Every process that rooms are listed of is missed from now on, until it is seen. */
  async #survey(): Promise<void> {
    for (const name of this.#kinds)
      for (const { processId } of await this.#parts.driver.query({ name }))
        if (!this.#missed.has(processId)) this.#missed.set(processId, 0);
  }

  async #remove(processId: string): Promise<void> {
    const { driver, onGone } = this.#parts;
    for (const room of await driver.query({ processId })) {
      if (!this.#kinds.has(room.name)) continue;
      await driver.remove(room.roomId);
      onGone(room);
    }
    // Only now: when Redis did not answer, the next look tries again.
    this.#missed.delete(processId);
  }

  #addressOf(room: Pick<IRoomCache, "processId">): string | undefined {
    return this.#parts.nodes().find(({ processId }) => processId === room.processId)?.address;
  }
}
