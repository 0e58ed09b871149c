/**
 * What a server may have beside matches, rooms of Colyseus and HTTP routes, as the parts of a process use it.
 * beside-matches.ts makes it for a server that has them, and only such a server loads that.
 */
import type { Express } from "express";
import type { AnyGame } from "../../shared/game/game.ts";
import type { RoomRequests } from "../api/matchmake-routes.ts";
import type { DurableRooms } from "../room/colyseus-server.ts";
import type { Configured } from "../room/configured.ts";

export interface BesideMatches {
  readonly forApp: { readonly rooms?: RoomRequests };
  readonly forColyseus: { readonly configured?: Configured; readonly durable?: DurableRooms };
  /** What the durable rooms among them are to the matches' host. */
  readonly games: readonly AnyGame[];
  readonly forPublic: { readonly addOwn?: (app: Express) => void };
  /** Kinds of rooms, as a node announces them beside its games: all are of one version. */
  readonly kinds: readonly { readonly name: string; readonly version: 1 }[];
  /** Clients may ask for rooms from now on. `made`: whether this process makes them. */
  readonly open: (colyseus: { readonly routes: Configured["routes"] }, made: "here" | "elsewhere") => void;
  readonly close: () => Promise<void>;
}

export const nothingBeside: BesideMatches = {
  ...{ forApp: {}, forColyseus: {}, forPublic: {}, kinds: [], games: [] },
  open: () => {},
  close: async () => {},
};
