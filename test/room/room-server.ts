/**
 * Real rooms of this process over a real port, and clients that speak to them in bare frames, so that a test decides
 * when a connection says what and when it ends. Its store is one in memory that can be made to stand still. Colyseus'
 * matchmaker is one per process: one of these per test file.
 */
import { vi } from "vitest";
import { WebSocket } from "ws";
import type { IdentityResult } from "../../server/accounts/identity-provider.ts";
import { besideMatches } from "../../server/compose/beside-matches.ts";
import { buildMatchProcess, type MatchProcess, newMatchId } from "../../server/compose/match-process.ts";
import { openMatchmaking } from "../../server/compose/matchmaking/open.ts";
import { builtInGames } from "../../server/games.ts";
import { type Log, openLog } from "../../server/ops/log.ts";
import { Metrics } from "../../server/ops/metrics.ts";
import { ratingsOf } from "../../server/ratings/ratings.ts";
import type { Identify } from "../../server/room/authentication.ts";
import { type Config, settings } from "../../server/settings/settings.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import type { SeatReservation } from "../../shared/wire/api.ts";
import { StubbornStore } from "../match/live-setup.ts";

/** Colyseus' kinds of frames, by their first byte. */
export const kinds = { join: 10, error: 11, leave: 12, data: 13, state: 14, patch: 15 } as const;

export interface RoomServer {
  readonly parts: MatchProcess;
  readonly store: StubbornStore;
  readonly log: Log;
  readonly url: string;
  /** A session of somebody who has not been before. */
  readonly guest: () => Promise<{ readonly userId: string; readonly token: string }>;
  /** The token of a session that an identity provider's token was exchanged for. */
  readonly exchange: (identity: IdentityResult) => Promise<string>;
  /** Identifies a session, and is counted, as for every request. */
  readonly identify: Identify;
  /** By queue. */
  readonly ratings: (userId: string) => ReturnType<typeof ratingsOf>;
  readonly close: () => Promise<void>;
}

export async function openRooms(
  changes: Partial<Config> = {},
  games: readonly AnyGame[] = builtInGames,
  rooms?: object,
): Promise<RoomServer> {
  const defaults = Object.entries(settings).map(([name, setting]) => [name, setting.default]);
  const roomy = { matchesMax: 50, emptyMatchesPerAddress: 0 };
  const config = { ...Object.fromEntries(defaults), store: "memory", ...roomy, ...changes } as Config;
  const log = openLog("silent");
  const metrics = new Metrics({ process: false });
  const store = new StubbornStore();
  const beside =
    rooms && (await besideMatches({ config, log, rooms: { rooms }, games, newRoomId: newMatchId }));
  const kinds = [...games, ...(beside?.games ?? [])];
  const matchmaking = await openMatchmaking({ config, games: kinds, log, metrics });
  const parts = buildMatchProcess({
    ...{ config, log, games, matchmaking, metrics, store, node: "n", routes: () => {} },
    ...(beside !== undefined && { beside }),
  });
  const port = await parts.rooms.listen({ port: 0, host: "127.0.0.1" });
  const close = async () => {
    await parts.halt();
    parts.rooms.sendEveryoneAway();
    await matchmaking.close();
  };
  const guest = async () => {
    const issued = await matchmaking.sessions.issueGuest();
    if (!issued.ok) throw new Error(issued.detail);
    return { userId: issued.session.userId, token: issued.token };
  };
  const exchange = async (identity: IdentityResult) => {
    const issued = await matchmaking.sessions.exchange(identity);
    if (!issued.ok) throw new Error(issued.detail);
    return issued.token;
  };
  const { identify } = matchmaking;
  const ratings = (userId: string) => ratingsOf(matchmaking.parts, userId);
  return { ratings, parts, store, log, url: `ws://127.0.0.1:${port}`, guest, exchange, identify, close };
}

/** A connection that remembers what came, and answers nothing by itself. */
export class BareClient {
  readonly socket: WebSocket;
  readonly kindsSeen: number[] = [];
  /** The messages, as they are on the wire, one character a byte. */
  readonly data: string[] = [];
  /** The seat's token, as the room told it. */
  token = "";
  /** What the room said was wrong. */
  problem = "";
  closed: { code: number; reason: string } | undefined;

  constructor(url: string, { processId, roomId, sessionId }: SeatReservation, token?: string) {
    const address = new URL(`${url}/${processId}/${roomId}`);
    address.searchParams.set("sessionId", sessionId);
    if (token !== undefined) address.searchParams.set("reconnectionToken", token);
    this.socket = new WebSocket(address);
    this.socket.on("error", () => {});
    this.socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    this.socket.on("message", (bytes: Buffer) => {
      const kind = bytes[0]! & 0x1f;
      this.kindsSeen.push(kind);
      if (kind === kinds.data) this.data.push(bytes.toString("latin1"));
      if (kind === kinds.error) this.problem = bytes.toString();
      if (kind === kinds.join) this.token = bytes.subarray(2, 2 + bytes[1]!).toString();
    });
  }

  readonly saw = (kind: number) => this.kindsSeen.includes(kind);

  opened(): Promise<void> {
    return until("the socket to open", () => this.socket.readyState === WebSocket.OPEN);
  }

  /** Lets the room go on after the join. */
  acknowledge(): void {
    this.socket.send(Uint8Array.of(kinds.join));
  }

  /** Let in, with the state. */
  async admitted(): Promise<this> {
    await until("the room to let somebody in", () => this.saw(kinds.join));
    this.acknowledge();
    await until("the state", () => this.saw(kinds.state));
    return this;
  }
}

/** Resolves when `holds` does, asking often. */
export function until(what: string, holds: () => boolean, forMs = 20_000): Promise<void> {
  const ask = () => {
    if (!holds()) throw new Error(`waited ${forMs} ms for ${what}`);
  };
  return vi.waitFor(ask, { timeout: forMs, interval: 5 });
}
