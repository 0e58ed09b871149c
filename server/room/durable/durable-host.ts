/**
 * Keeps a durable room: stands before what Colyseus calls of it, makes a match of it that has its state turn by turn, and
 * lets nothing out before the record that has it. The room and Colyseus decide everything else: who plays, how long a place
 * is held, when it ends. What is restored is in room-restore.ts.
 */
import { type Client, CloseCode, Room, SchemaSerializer, type Serializer } from "@colyseus/core";
import { closeCodes } from "../../../shared/wire/errors/close-codes.ts";
import type { Body } from "../../match/body.ts";
import type { LiveMatch } from "../../match/live-match.ts";
import type { CommandEvent } from "../../match/record.ts";
import { roomResult } from "../../match/room-result.ts";
import type { SeatState } from "../../match/state.ts";
import { vouchedFor } from "../authentication.ts";
import { letInBy } from "../colyseus-internals/seat-internals.ts";
import { closeAndComeBack, type OutFrame, type Patch } from "../gated-socket.ts";
import { type HostedRoom, hostedBy } from "../hosted-room.ts";
import { lettingIn } from "../letting-in.ts";
import { plainFrames } from "../plain-socket.ts";
import { assertNotBarred } from "../put-out.ts";
import { RoomEnd } from "../room-end.ts";
import { RoomError, worded } from "../room-error.ts";
import type { RoomParts } from "../room-parts.ts";
import type { RoomSockets } from "../room-sockets.ts";
import { ClientTwin } from "./client-twin.ts";
import { DurableSeating } from "./durable-seating.ts";
import { DurableSerializer, type RestoringState } from "./durable-serializer.ts";
import { HeldPlaces } from "./held-places.ts";
import { packed } from "./packed.ts";
import { QuietSockets } from "./quiet-sockets.ts";
import { RoomHooks } from "./room-hooks.ts";
import { restoredRoom } from "./room-restore.ts";
import { RoomTurns } from "./room-turns.ts";
import { RoomWarnings } from "./room-warnings.ts";
import { type RoomWorld, turnName } from "./room-world.ts";

export interface DurableParts
  extends Pick<
    RoomParts,
    | "game"
    | "host"
    | "barred"
    | "madeBy"
    | "newMatchId"
    | "token"
    | "stale"
    | "stateBytesMax"
    | "metrics"
    | "log"
  > {
  /** How long the place of a client is held whose connection broke with its server. */
  readonly holdSeconds: number;
  /** Says once what of the room is not kept. */
  readonly developing: boolean;
}

export class DurableHost implements Body<OutFrame>, HostedRoom {
  readonly room: Room;
  readonly parts: DurableParts;
  readonly hooks: RoomHooks;
  readonly turns: RoomTurns;
  readonly places: HeldPlaces;
  readonly seating: DurableSeating;
  readonly end: RoomEnd;
  live!: LiveMatch<OutFrame>;
  readonly frames = plainFrames;
  readonly sockets: RoomSockets;
  #serializer: DurableSerializer | undefined;
  restoring: RestoringState | undefined;
  readonly #warnings: RoomWarnings;
  /** What is known of a new room before its match is open. */
  #madeBy: ReturnType<DurableParts["madeBy"]>;
  #isStarted = false;
  #isFrozen = false;
  /** It goes on elsewhere, or ends: what happens to its clients here says nothing about them. */
  #isLeaving = false;
  readonly #isOver = Promise.withResolvers<void>();
  /** Clients whose `onLeave` was called when they dropped: their room has no `onDrop`. */
  readonly #told = new WeakSet<Client>();

  constructor(room: Room, parts: DurableParts) {
    this.room = room;
    this.parts = parts;
    this.hooks = new RoomHooks(room);
    this.#warnings = new RoomWarnings(room, parts);
    this.end = new RoomEnd({ room, log: (...line) => parts.log(...line) });
    this.seating = new DurableSeating({
      ...{ room, live: () => this.live, barred: parts.barred, isEnding: () => this.end.hasBegun },
      origin: () => parts.host.originOf(room.roomId),
    });
    this.turns = new RoomTurns({
      room,
      serializer: () => this.#serializer,
      onUnkeepable: (what, error) => this.#warnings.cannotKeep(what, error),
    });
    this.places = new HeldPlaces({
      ...{ room, clients: this.turns.clients, holdSeconds: parts.holdSeconds },
      log: (...line) => parts.log(...line),
    });
    const states = { bytesMax: parts.stateBytesMax, waitingBytes: 0, onTooLarge: this.#warnings.tooLarge };
    this.sockets = new QuietSockets({
      ...{ room, gate: () => this.live, states: () => states, onBytes: () => {}, stale: () => parts.stale },
      onSendAway: () => {
        this.#isLeaving = true;
      },
    });
    this.#standBefore();
    hostedBy(room, this);
  }

  #standBefore(): void {
    const { hooks, room } = this;
    hooks.replace("onCreate", (options: unknown) => this.#create(options));
    hooks.replace("onJoin", (client: Client, options: unknown) => this.#join(client, options));
    hooks.replace("onDrop", (client: Client, code: number) => this.#drop(client, code));
    hooks.replace("onReconnect", (client: Client) => this.#return(client));
    hooks.replace("onLeave", (client: Client, code: number) => this.#leave(client, code));
    hooks.replace("onDispose", () => this.#dispose());
    hooks.replace("broadcastPatch", () => this.#patchContained());
    hooks.replace("setSerializer", (given: Serializer<never>) => this.#setSerializer(given));
    hooks.replace("allowReconnection", (client: Client, seconds: number | "manual") =>
      this.places.allow(client, seconds),
    );
    hooks.replace("ofQueue", () => (this.#madeBy?.origin ?? this.parts.host.originOf(this.roomId))?.queue);
    hooks.replace("rankSides", (places: number[][]) => this.#rankSides(places));
    hooks.replace("hasReservedSeat", (sessionId: string, token?: string) =>
      this.#hasReservedSeat(sessionId, token),
    );
    hooks.replace("checkReconnectionToken", (token: string) => this.#seatOf(token)?.sessionId ?? "");
    const letIn = lettingIn({
      room,
      seat: (sessionId) => this.live.match.seat(sessionId),
      makeWay: (seat) => {
        const older = this.places.makeWay(seat);
        if (older !== undefined)
          this.sockets.of(older)?.close(closeCodes.takenOver, "a newer connection of yours has the seat");
      },
      onTooMany: (client) => this.sockets.of(client)?.close(closeAndComeBack, "too many early messages"),
    });
    letInBy(room, letIn);
  }

  /** A room whose id waits for one goes on; every other one is new. */
  async #create(options: unknown): Promise<void> {
    const { room, parts, hooks } = this;
    const live = parts.host.take(room.roomId);
    if (live !== undefined) {
      this.live = live;
      await restoredRoom(this, options);
      this.#start();
      return;
    }
    if (parts.host.isFull) throw new RoomError("match/too-many");
    const by = parts.madeBy(room.roomId);
    this.#madeBy = by;
    const id = parts.newMatchId();
    room.roomId = id;
    await hooks.theirs("onCreate")?.(options);
    room.roomId = id;
    this.turns.add({ options: packed(options) });
    const opened = await worded(parts.host.open(id, parts.game, {}, by));
    if (!opened.ok) throw new RoomError(opened.code, opened.detail);
    this.live = opened.live;
    if (by?.origin !== undefined) void room.setMatchmaking({ private: true });
    if (parts.developing) this.#warnings.unkept(this.turns);
    this.#start();
  }

  #start(): void {
    const { live, parts } = this;
    if (this.hooks.theirs("onRestore") === undefined) this.#warnings.created();
    this.#warnings.unknownState();
    this.turns.listing.listUnder(live.epoch);
    live.attachRoom(this);
    this.#isStarted = true;
    parts.host.start(live);
    live.arrived();
    this.putOut();
  }

  async #join(client: Client, options: unknown): Promise<void> {
    const { live, parts, turns, hooks } = this;
    const { sessionId } = client;
    const auth = (client.auth ?? {}) as { userId?: string; name?: string };
    const isKnown = typeof auth.userId === "string" && live.match.seatOfPlayer(auth.userId) === undefined;
    const userId = isKnown ? auth.userId! : sessionId;
    if (isKnown) assertNotBarred(parts.barred, { userId, ...vouchedFor(auth as never) });
    const token = parts.token();
    client.reconnectionToken = token;
    const seat = this.seating.seatOf(auth);
    const joined = live.match.join({
      ...{ sessionId, userId, spectate: false, token, name: auth.name ?? sessionId },
      ...{ ...(isKnown && vouchedFor(auth as never)), ...(seat !== undefined && { seat }) },
    });
    if (!joined.ok) throw new RoomError(joined.reason);
    turns.clients.joins(client);
    await hooks.theirs("onJoin")?.(client, options, client.auth);
    turns.clients.joined(sessionId);
    live.arrived();
  }

  async #drop(client: Client, code: number): Promise<void> {
    const { sessionId } = client;
    if (this.#isLeaving || this.live === undefined) return this.places.holdQuietly(client);
    this.live.match.drop(sessionId);
    if (this.places.isReplaced(sessionId)) return this.places.holdQuietly(client);
    const before = this.places.before(client);
    const onDrop = this.hooks.theirs("onDrop");
    if (before !== undefined) {
      // Nobody was told that it had joined: to the room, it leaves.
      if (this.turns.clients.isJoining(sessionId)) return;
      // What waited for it in its `onLeave` ended with its process, and waits again.
      const wasTold = onDrop === undefined && this.turns.clients.isTold(sessionId);
      if (before === "away" && wasTold) return this.#tellOfLeaving(client, code);
      try {
        if (before === "connected") await onDrop?.(client, code);
      } finally {
        this.places.allowAnyway(client);
      }
    } else if (onDrop !== undefined) await onDrop(client, code);
    else await this.#tellOfLeaving(client, code);
  }

  async #tellOfLeaving(client: Client, code: number): Promise<void> {
    this.#told.add(client);
    this.turns.clients.tell(client.sessionId);
    await this.hooks.theirs("onLeave")?.(client, code);
  }

  async #return(client: Client): Promise<void> {
    const { match } = this.live;
    const { sessionId } = client;
    const seat = match.seat(sessionId);
    if (seat === undefined) throw new RoomError("seat/gone");
    assertNotBarred(this.parts.barred, seat);
    void match.comeBack(sessionId);
    this.turns.clients.returned(client);
    this.parts.metrics.reconnected();
    // To the room, the client was never away.
    if (this.places.replacedNow(sessionId)) return;
    await this.hooks.theirs("onReconnect")?.(client);
  }

  async #leave(client: Client, code: number): Promise<void> {
    if (this.#isLeaving || this.live === undefined) return;
    this.places.left(client);
    try {
      if (!this.#told.has(client)) await this.hooks.theirs("onLeave")?.(client, code);
    } finally {
      const { sessionId } = client;
      this.turns.left(sessionId);
      this.live.match.leave(sessionId);
    }
  }

  #rankSides(places: readonly (readonly number[])[]): void {
    const origin = this.parts.host.originOf(this.roomId);
    if (origin === undefined) return;
    this.turns.add({ result: roomResult(places, origin, this.live.match.state) });
    this.live.arrived();
  }

  /** Once in the life of the room: where it only leaves this process, nothing of the room is called. */
  async #dispose(): Promise<void> {
    const { live, hooks, parts } = this;
    if (live === undefined) return void (await hooks.theirs("onDispose")?.());
    if (!this.#isLeaving) {
      await hooks.theirs("onDispose")?.();
      this.#isLeaving = true;
      this.turns.add({ isOver: true });
      live.arrived();
      await this.#isOver.promise;
    }
    parts.host.forget(live);
  }

  /** Colyseus calls it from a timer that catches nothing. What cannot be kept fails in the next record again, which stops the room. */
  #patchContained(): boolean {
    try {
      return this.#broadcastPatch();
    } catch (error) {
      this.parts.log("an error in a room was contained", {
        ...{ match: this.room.roomId, method: "broadcastPatch", error },
      });
      this.live.arrived();
      return false;
    }
  }

  #broadcastPatch(): boolean {
    if (!this.#isStarted || this.#isFrozen || this.#isLeaving) return false;
    // What is sent asks for a record, which has everything.
    const isSent = Room.prototype.broadcastPatch.call(this.room);
    if (!isSent && this.turns.gather()) this.live.arrived();
    return isSent;
  }

  #setSerializer(given: Serializer<never>): void {
    const { room } = this;
    const isSchema = given instanceof SchemaSerializer;
    this.#serializer = isSchema
      ? new DurableSerializer({
          ...{ clients: () => room.clients, restoring: () => this.restoring },
          socketOf: this.sockets.of,
          send: (patch) => this.#send(patch),
          twin: this.parts.developing ? new ClientTwin(this.#warnings.shownWrongly) : undefined,
        })
      : undefined;
    Room.prototype.setSerializer.call(room, (this.#serializer ?? given) as never);
    // Colyseus sets the state right after it.
    if (this.#isStarted) queueMicrotask(() => this.#warnings.unknownState());
  }

  #send(patch: Patch): void {
    const { length } = patch.frames;
    this.parts.metrics.patchSent(
      patch.to.length,
      patch.ends === undefined ? patch.to.length * length : length,
    );
    if (this.live.send({ kind: "patch", ...patch }, length)) return;
    for (const socket of patch.to) socket.close(closeAndComeBack, "gate full");
  }

  #hasReservedSeat(sessionId: string, token: string | undefined): boolean {
    if (this.end.hasBegun || this.#isLeaving) return false;
    if (typeof token !== "string") return Room.prototype.hasReservedSeat.call(this.room, sessionId);
    return this.#seatOf(token)?.sessionId === sessionId && this.turns.clients.has(sessionId);
  }

  #seatOf(token: string): SeatState | undefined {
    return this.live.match.state.seats.find((seat) => seat.token === token);
  }

  get serializer(): DurableSerializer | undefined {
    return this.#serializer;
  }

  // What the match asks of its room.

  takeInputs = () => [];

  isAhead = (): boolean => true;

  ownCommands = (): readonly CommandEvent[] => [
    { seat: -1, id: 0, name: turnName, payload: this.turns.take() },
  ];

  patch = () => undefined;

  seatGone(): void {}

  frozen(frozen: boolean): void {
    this.#isFrozen = frozen;
  }

  over(): void {
    this.#isOver.resolve();
    if (this.#isLeaving) return;
    // A room that ended in another process has nothing left to do; one that the server's owner closed has its end.
    this.#isLeaving = (this.live.match.state.world as RoomWorld).isOver === true;
    this.end.begin(CloseCode.CONSENTED);
  }

  stopped({ code, message }: { code: string; message: string }): void {
    this.parts.log("a durable room stopped", { match: this.room.roomId, code, message });
    this.#isLeaving = true;
    this.#isOver.resolve();
    this.end.begin(code === "match/failed" ? CloseCode.WITH_ERROR : closeAndComeBack);
  }

  // What the server asks of it.

  get roomId(): string {
    return this.room.roomId;
  }

  get clients(): { readonly length: number } {
    return this.room.clients;
  }

  opened(): void {
    this.end.opened();
  }

  callOff(): void {
    // Its clients know no notices of ours.
    for (const client of [...this.room.clients])
      client.leave(CloseCode.CONSENTED, "match/called-off: somebody did not come");
    this.end.begin(CloseCode.CONSENTED);
  }

  putOut(): void {
    this.sockets.putOut(this.live.match, this.parts.barred);
  }
}
