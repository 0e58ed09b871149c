/**
 * Colyseus' WebSocket transport with the gate in front of every socket. It accepts upgrades that lead to a match here
 * and hands them to Colyseus; it answers all others itself. In a fleet, a player who reconnects to a match that is
 * not here is told to retry. A failure in one connection ends that connection alone.
 */

import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { CloseCode, ErrorCode, getMessageBytes, matchMaker, Protocol, type Room } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import type { SteadyClock } from "../../shared/clock.ts";
import { errorCodes } from "../../shared/wire/errors.ts";
import { readBefore } from "./colyseus-internals/transport-internals.ts";
import type { Connections } from "./connections.ts";
import { FrameGuard, type Guard } from "./frame-guard.ts";
import { closeOf, FrameWatch, type WatchFault } from "./frame-watch.ts";
import { closeAndComeBack, type OutSocket } from "./gated-socket.ts";
import { beat } from "./heartbeat.ts";
import { type HostedRoom, hostedRoomOf } from "./hosted-room.ts";
import { watchedServer } from "./http-server.ts";
import { takeInputFrames } from "./input-frames.ts";
import { LateUpgrades } from "./late-upgrades.ts";
import type { WriteLine } from "./limited-lines.ts";
import { boundSocket, plainFrames } from "./plain-socket.ts";
import { noMatchAddress, refuseUpgrade, type UpgradeRefusal } from "./refuse-upgrade.ts";
import { SentAway } from "./sent-away.ts";
import { type UpgradeTarget, upgradeTarget } from "./upgrade-target.ts";
import { WatchedSocket } from "./watched-socket.ts";

/** Room messages and join options are small; ws refuses anything larger. */
const messageBytesMax = 4 * 1024;
/** The SDK never fragments a message. */
const fragmentsMax = 16;
/** A connection is cut after this many unanswered pings. The load balancer's time-outs depend on the interval. */
const pings = { pingInterval: 1500, pingMaxRetries: 4 };
/** A client that does not answer the close is cut off. */
const closeMsMax = 2000;
/** From the upgrade to the acknowledged join. When a match waits longer for its store, the client reconnects. */
const joinMsMax = 30_000;
/** From the answer to the join to its acknowledgement; then the client is told what may be wrong, and has the rest of the time. */
const acknowledgeMsUsual = 5_000;

const tooMany: UpgradeRefusal = { code: "connection/too-many", retryAfterSeconds: 5 };

type OnConnection = (socket: WatchedSocket, request: IncomingMessage) => Promise<void>;

export interface TransportParts {
  /** Whether a match that is not here may run elsewhere. */
  readonly inFleet: boolean;
  readonly nowMs: SteadyClock;
  readonly connections: Connections;
  /** Whether the request comes from a page of an allowed origin, or from no page. */
  readonly mayConnect: (request: IncomingMessage) => boolean;
  /** Resolves when a match that slept is awake here, or is not to be woken. */
  readonly wake: (matchId: string, token: string) => Promise<unknown>;
  /** Whether the store has the match as one that runs, though it may not be open here. */
  readonly isKept: (matchId: string) => Promise<boolean>;
  /** A client's message was refused and its connection closed. */
  readonly onRefused: (fault: WatchFault) => void;
  readonly log: WriteLine;
}

const tooSoon: UpgradeRefusal = { code: "connection/too-soon" };
const otherOrigin: UpgradeRefusal = { code: "request/origin" };

/** The first thing of a newer Colyseus that an older SDK cannot read is the answer to its join. This it can read. */
const maybeOldSdk = () =>
  getMessageBytes[Protocol.ERROR](
    ErrorCode.APPLICATION_ERROR,
    `connection/unanswered: ${errorCodes["connection/unanswered"].advice}`,
  );

const clientOf = ({ matchId, sessionId }: UpgradeTarget) => `${matchId}/${sessionId}`;

/** Only who has the token can be told from others by it. */
const returning = (target: UpgradeTarget) => `${clientOf(target)}/${target.reconnectionToken}`;

const ignored = () => {};

/** A player returns to a match that is not here. */
function mayHaveSlept({ matchId, reconnectionToken }: UpgradeTarget): boolean {
  return reconnectionToken !== undefined && matchMaker.getLocalRoomById(matchId) === undefined;
}

interface PendingUpgrade {
  readonly room: Room;
  readonly socket: WatchedSocket;
  readonly request: IncomingMessage;
  readonly target: UpgradeTarget;
}

interface Connected {
  readonly socket: WatchedSocket;
  readonly tcp: Socket;
  readonly frames: Guard;
  readonly out: Pick<OutSocket, "close" | "send">;
}

export class GatedTransport extends WebSocketTransport {
  readonly #parts: TransportParts;
  readonly #sentAway: SentAway;
  readonly #late = new LateUpgrades();
  #troubles = 0;

  constructor(parts: TransportParts) {
    super({
      server: watchedServer(parts.connections),
      maxPayload: messageBytesMax,
      maxFragments: fragmentsMax,
      closeTimeout: closeMsMax,
      WebSocket: WatchedSocket,
      ...pings,
    } as ConstructorParameters<typeof WebSocketTransport>[0]);
    this.#parts = parts;
    this.#sentAway = new SentAway(parts.nowMs);
  }

  /**
   * Colyseus' own hands every upgrade to ws and then reads its target unchecked. Colyseus calls this before `parts`
   * is set.
   */
  protected override listenForUpgrade(server: HttpServer): void {
    server.on("upgrade", (request, connection: Duplex, head: Buffer) => {
      try {
        this.#upgrade(request, connection, head);
      } catch (error) {
        this.#trouble(error);
        connection.destroy();
      }
    });
  }

  protected override autoTerminateUnresponsiveClients(everyMs: number, missedMax: number): void {
    this.pingInterval = setInterval(() => beat(this.wss.clients as Set<WatchedSocket>, missedMax), everyMs);
  }

  #upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    const target = upgradeTarget(request.url);
    const refusal = target === undefined ? noMatchAddress : this.#refusal(request, target);
    if (refusal !== undefined) {
      refuseUpgrade(connection, refusal);
      return;
    }
    const accept = () =>
      this.wss.handleUpgrade(request, connection, head, (socket) =>
        this.#take(socket as WatchedSocket, request, target!),
      );
    if (mayHaveSlept(target!)) this.#acceptAwake(target!, connection, accept);
    else {
      this.#late.accepted(returning(target!));
      accept();
    }
  }

  /** A connection that breaks meanwhile is found out by the upgrade. */
  #acceptAwake(target: UpgradeTarget, connection: Duplex, accept: () => void): void {
    const { matchId, reconnectionToken = "" } = target;
    connection.on("error", ignored);
    const isNewest = this.#late.waits(returning(target));
    const accepted = async () => {
      await this.#parts.wake(matchId, reconnectionToken).catch((error: unknown) => this.#trouble(error));
      connection.off("error", ignored);
      if (isNewest()) accept();
      else connection.destroy();
    };
    accepted().catch((error) => {
      this.#trouble(error);
      connection.destroy();
    });
  }

  #refusal(request: IncomingMessage, target: UpgradeTarget): UpgradeRefusal | undefined {
    const { connections, mayConnect } = this.#parts;
    if (!mayConnect(request)) return otherOrigin;
    const waitMs = this.#sentAway.waitMs(clientOf(target));
    if (waitMs > 0) return { ...tooSoon, retryAfterSeconds: Math.ceil(waitMs / 1000) };
    return connections.joins(request) ? undefined : tooMany;
  }

  #take(socket: WatchedSocket, request: IncomingMessage, target: UpgradeTarget): void {
    const room: Room | undefined = matchMaker.getLocalRoomById(target.matchId);
    socket.tcp = request.socket;
    if (room === undefined) void this.#notHere(socket, target);
    // It answers nobody any more, and is gone in a moment.
    else if (hostedRoomOf(room)?.end.hasBegun) {
      socket.on("error", ignored);
      socket.close(closeAndComeBack, "not here");
    } else this.#connect({ room, socket, request, target });
  }

  #connect({ room, socket, request, target }: PendingUpgrade): void {
    const hosted = hostedRoomOf(room);
    if (hosted !== undefined) this.#guard(hosted, { socket, request, target });
    else {
      boundSocket(socket, request.socket);
      const close = (code: number, reason?: string) => socket.close(code, reason);
      const send = (data: Uint8Array) => socket.send(data);
      this.#watch({ socket, tcp: request.socket, frames: plainFrames, out: { close, send } });
    }
    // Colyseus does not await it, so a failure would be an unhandled rejection.
    (super.onConnection as unknown as OnConnection)(socket, request).catch((error) => {
      const id = this.#trouble(error);
      socket.close(CloseCode.WITH_ERROR, `the server failed (${id})`);
    });
  }

  /** Puts the gate of the match in front of the connection, and the inputs of a game on their own way. */
  #guard(room: HostedRoom, { socket, request, target }: Omit<PendingUpgrade, "room">): void {
    const onSentAway = () => this.#sentAway.note(clientOf(target));
    const out = room.sockets.guard(socket, { tcp: request.socket, onSentAway });
    const { frames, inputLine } = room;
    this.#watch({ socket, tcp: request.socket, frames, out });
    if (!(frames instanceof FrameGuard) || inputLine === undefined) return;
    socket.inputs = inputLine();
    const { inputBytesMax } = frames;
    readBefore(socket, (chunk) =>
      takeInputFrames(chunk, inputBytesMax, (input) => socket.emit("message", input, true)),
    );
  }

  #watch({ socket, tcp, frames, out }: Connected): void {
    const { nowMs, connections, onRefused } = this.#parts;
    const watch = new FrameWatch({
      ...{ guard: frames, nowMs },
      onJoined: () => connections.joined(tcp),
      onFault: (fault, error) => {
        if (error !== undefined) this.#trouble(error);
        onRefused(fault);
        const { code, reason } = closeOf[fault];
        // Bypasses the gate: the close says nothing of the match and must not wait for it.
        out.close(code, reason);
      },
    });
    socket.watch = watch;
    const due = setTimeout(() => watch.joinIsDue(), joinMsMax);
    let hint: NodeJS.Timeout | undefined;
    socket.onJoinSent = () => {
      hint ??= setTimeout(() => watch.acknowledged || out.send(maybeOldSdk()), acknowledgeMsUsual);
    };
    socket.once("close", () => {
      clearTimeout(due);
      clearTimeout(hint);
    });
  }

  /** Answers as Colyseus does for a lost seat. In a fleet the SDK must not give up: it is told to reconnect. */
  /** A match that is kept and not open may be open in a moment, here or on another node. */
  async #notHere(socket: WatchedSocket, { matchId, reconnectionToken }: UpgradeTarget): Promise<void> {
    socket.on("error", () => {});
    const comesBack = reconnectionToken !== undefined;
    // A store that does not answer says nothing about the match.
    const { inFleet, isKept } = this.#parts;
    if (comesBack && (inFleet || (await isKept(matchId).catch(() => true)))) {
      socket.close(closeAndComeBack, "not here");
      return;
    }
    socket.send(getMessageBytes[Protocol.ERROR](ErrorCode.MATCHMAKE_EXPIRED, "seat reservation expired."));
    socket.close(comesBack ? CloseCode.FAILED_TO_RECONNECT : CloseCode.WITH_ERROR);
  }

  /** @returns the id under which it is logged */
  #trouble(error: unknown): string {
    this.#troubles += 1;
    const id = `connection-${this.#troubles}`;
    this.#parts.log("a connection failed and was closed", { id, error });
    return id;
  }
}
