/**
 * The Colyseus room of a match: carries the sockets, seat reconnections, inputs and View of a match that lives below
 * it. Kept thin: it decides nothing about the match.
 */
import { type Client, CloseCode, type InputAPI, Room, type Serializer } from "@colyseus/core";
import type { CommandAnswer, NumericInput, Outcome } from "../../shared/game/game.ts";
import { closeCodes } from "../../shared/wire/errors/close-codes.ts";
import type { Body, Outgoing } from "../match/body.ts";
import type { LiveMatch } from "../match/live-match.ts";
import { isByEvents, matchTimeMs } from "../match/match-time.ts";
import type { SeatState } from "../match/state.ts";
import { playerOf, sessionAuth, vouchedFor } from "./authentication.ts";
import { leaveClockAlone, refuseEdits, tellPatchRate } from "./colyseus-internals/room-internals.ts";
import { letInBy, reserveSeatsBy } from "./colyseus-internals/seat-internals.ts";
import type { FrameGuard } from "./frame-guard.ts";
import { messagesPerSecondMax } from "./frame-watch.ts";
import { closeAndComeBack, type OutFrame } from "./gated-socket.ts";
import { InputLine } from "./input-line.ts";
import { hasInputs, type InputDeclaration, inputDeclaration } from "./input-schema.ts";
import { lettingIn } from "./letting-in.ts";
import { followMatchTime } from "./match-clock.ts";
import { notices, over, standing, welcome } from "./notices.ts";
import { openedMatch } from "./opened-match.ts";
import { Places } from "./places.ts";
import { pongTold } from "./pong-told.ts";
import { assertNotBarred } from "./put-out.ts";
import { checkedCommand, checkedJoin, staleInputs, unknownMessage } from "./room-commands.ts";
import { RoomEnd } from "./room-end.ts";
import { RoomError } from "./room-error.ts";
import { RoomEvents } from "./room-events.ts";
import { inputOptions, RoomInputs } from "./room-inputs.ts";
import { RoomListing } from "./room-listing.ts";
import type { RoomOptions, RoomParts } from "./room-parts.ts";
import { RoomSockets } from "./room-sockets.ts";
import { RoomView } from "./room-view.ts";
import { SeatHolds } from "./seat-holds.ts";
import { type WatchDelay, watchDelayOf } from "./watch-delay.ts";

/** Players see the result of a match for this long before its room closes. */
const resultShownMs = 10_000;

const nameless = "player";

/** The room class of one game. */
export function matchRoomOf(parts: RoomParts): typeof MatchRoom {
  const input = inputDeclaration(parts.game);
  return class extends MatchRoom {
    static override onAuth = sessionAuth(parts.identify);
    protected override readonly parts = parts;
    protected override readonly input = input;
  };
}

export class MatchRoom extends Room implements Body<OutFrame> {
  protected readonly parts!: RoomParts;
  protected readonly input!: InputDeclaration;
  override autoDispose = false;
  override patchRate = null;
  /** Colyseus would end the session at its limit. Ours is reached first, and lets the client reconnect. */
  override maxMessagesPerSecond = 3 * messagesPerSecondMax;
  live!: LiveMatch<OutFrame>;
  /** Undefined: the game has no inputs. */
  #inputs: RoomInputs | undefined;
  /** Undefined: spectators see what players see, when they do. */
  #delay: WatchDelay | undefined;
  readonly #holds = new SeatHolds({ room: this, log: (...line) => this.parts.log(...line) });
  readonly sockets = new RoomSockets({
    room: this,
    gate: () => this.live,
    states: () => this.#view.states,
    onBytes: (bytes) => this.#view.sent(bytes),
    stale: () => this.parts.stale,
    pong: (socket) =>
      pongTold(
        { match: () => this.live.match, inputs: () => this.#inputs, nowMs: this.parts.host.nowMs },
        socket,
      ),
  });
  readonly places = new Places({ room: this, live: () => this.live, parts: () => this.parts });
  readonly end = new RoomEnd({ room: this, log: (...line) => this.parts.log(...line) });
  readonly #listing = new RoomListing({ room: this, log: (...line) => this.parts.log(...line) });
  readonly #events = new RoomEvents(this, () => this.live.match);
  readonly #view = new RoomView({
    room: this,
    live: () => this.live,
    socketOf: this.sockets.of,
    onPatch: (clients, bytes) => this.parts.metrics.patchSent(clients, bytes),
    bytesMax: () => this.parts.stateBytesMax,
    log: (...line) => this.parts.log(...line),
  });

  constructor() {
    super();
    leaveClockAlone(this);
    refuseEdits(this);
    const letIn = lettingIn({
      room: this,
      seat: (sessionId) => this.live.match.seat(sessionId),
      makeWay: (seat) => this.#makeWay(seat),
      onTooMany: (client) =>
        this.sockets.of(client)?.close(closeAndComeBack, "too many messages before the join was accepted"),
    });
    letInBy(this, letIn);
    reserveSeatsBy(this, this.places.reserve);
  }

  /**
   * @param options `restore`: id of a match in memory that has no room yet; the others are for a new match: `booking`
   * is the key of a queue's booking, `maker` the user who asked. None comes from a client: join options were checked.
   */
  override async onCreate(options: RoomOptions): Promise<void> {
    const { game, host, spectatorsMax, reservations } = this.parts;
    const reserve = reservations.reserving(this);
    reserveSeatsBy(this, async (...asked) => !this.end.hasBegun && reserve(...asked));
    this.maxClients = game.seats.max + spectatorsMax;
    if (hasInputs(game)) this.#inputs = this.#declareInputs();
    this.live = await openedMatch(this.parts, options);
    this.#delay = watchDelayOf(this.live.match, host.nowMs);
    this.roomId = this.live.id;
    this.#listing.listUnder(this.live.epoch);
    this.#view.show();
    this.#events.shown();
    followMatchTime(this, matchTimeMs(game, this.live.match.state), host.nowMs);
    this.onMessage("command", (client, message: unknown) => this.#command(client, message));
    this.onMessage("*", (client, type) => client.send("problem", unknownMessage(type)));
    this.#holdRestoredSeats();
    this.live.attachRoom(this);
    host.start(this.live);
    this.putOut();
    await this.#listing.sync();
    if (this.live.lifecycle === "stopped") throw new RoomError("match/moved");
  }

  /** Colyseus has added it to its rooms. */
  opened(): void {
    this.end.opened();
  }

  override async onJoin(client: Client, rawOptions: unknown): Promise<void> {
    const { spectate, name } = checkedJoin(rawOptions);
    const player = playerOf(client);
    const { userId, name: known, seat } = player;
    assertNotBarred(this.parts.barred, player);
    if (this.parts.invited.calledOff(this.roomId)) throw new RoomError("match/called-off");
    if (this.places.isBooked && seat === undefined && !spectate) throw new RoomError("match/booked");
    // Its queue gave a booked seat, and its player must not be punished for not coming.
    const full = seat === undefined ? this.parts.host.placesFull(userId) : undefined;
    if (full !== undefined) throw new RoomError("seat/too-many-yours", full);
    this.#view.assertSendable();
    const { sessionId } = client;
    const result = this.live.match.join({
      ...{ sessionId, userId, spectate, token: this.parts.token() },
      name: name ?? known ?? nameless,
      ...(seat !== undefined && { seat }),
      ...vouchedFor(player),
    });
    if (!result.ok) throw new RoomError(result.reason);
    await result.applied;
    this.putOut();
    assertNotBarred(this.parts.barred, player);
    this.#admit(client);
  }

  override onDrop(client: Client): void {
    const { match, lifecycle } = this.live;
    const seat = match.seat(client.sessionId);
    match.drop(client.sessionId);
    // A user who was removed has no seat, or loses it with the next tick: nobody reconnects to it.
    const isLost = seat === undefined || this.parts.barred(seat) !== undefined;
    if (lifecycle !== "stopped" && !isLost) this.#holds.hold(client, seat);
  }

  override async onReconnect(client: Client): Promise<void> {
    const { sessionId } = client;
    this.#holds.release(sessionId);
    const seat = this.live.match.seat(sessionId);
    if (seat === undefined) throw new RoomError("seat/gone");
    assertNotBarred(this.parts.barred, seat);
    if (this.live.lifecycle === "running") await this.live.match.comeBack(sessionId);
    // A newer connection of the same seat arrived meanwhile.
    if (this.clients.get(sessionId) !== client) throw new RoomError("seat/taken-over");
    this.#admit(client);
    this.parts.metrics.reconnected();
  }

  /** Colyseus also calls it for a failed reconnect and for a dropped connection: neither gives up the seat. */
  override onLeave(client: Client, code?: number): void {
    if (code === CloseCode.CONSENTED) this.live.match.leave(client.sessionId);
    else this.onDrop(client);
  }

  override onDispose(): void {
    // A room whose creation was refused has no match.
    if (this.live !== undefined) this.parts.host.forget(this.live);
  }

  override onUncaughtException(error: Error, method: string): void {
    // A refusal, which the client gets as its answer.
    if (error.cause instanceof RoomError) return;
    this.parts.log("an error in a room was contained", {
      match: this.roomId,
      method,
      error: error.cause ?? error,
    });
  }

  /** A client that shows a seat's token has a place, whatever happened to the seat's last connection. */
  override hasReservedSeat(sessionId: string, token?: string): boolean {
    if (this.end.hasBegun) return false;
    if (typeof token !== "string") return super.hasReservedSeat(sessionId);
    return this.live.lifecycle !== "stopped" && this.live.match.seat(sessionId)?.token === token;
  }

  /**
   * The session id of a seat that may be reconnected to, or nothing. Its old connection stays until the new one is
   * in.
   */
  override checkReconnectionToken(token: string): string {
    return this.live.match.state.seats.find((seat) => seat.token === token)?.sessionId ?? "";
  }

  /** Counts seats and open reservations of players; spectators have places of their own. */
  override hasReachedMaxClients(): boolean {
    return this.live === undefined ? super.hasReachedMaxClients() : this.places.noneLeft;
  }

  /** The client messages that this room accepts. */
  get frames(): FrameGuard {
    return this.input.frames;
  }

  /** For a new connection. */
  inputLine = (): InputLine =>
    new InputLine(this.input, ({ sessionId }) => {
      this.#inputs?.arrived(sessionId);
      this.live.arrived();
    });

  /** Colyseus makes its own serialiser when the state is set; it is replaced by ours. */
  override setSerializer(_colyseus: Serializer<never>): void {
    super.setSerializer(this.#view.serializer() as never);
  }

  expected = (): boolean => this.places.expected();

  takeInputs = (sessionId: string, max: number): readonly NumericInput[] =>
    this.#inputs?.take(sessionId, max) ?? [];

  /** The game has another View of the same fields. */
  showAnew = (): void => this.#view.showAnew();

  patch = (): Outgoing<OutFrame> | undefined => this.#view.patch();

  patched = (): void => this.#events.patched();

  noRoom = (patch: OutFrame): void => this.#view.noRoom(patch);

  seatGone(sessionId: string): void {
    this.#holds.endHold(sessionId);
    this.#listing.changed();
  }

  frozen(frozen: boolean): void {
    this.sockets.notify(frozen ? notices.frozen : notices.resumed);
  }

  unprotected(unprotected: boolean): void {
    this.sockets.notify(unprotected ? notices.unprotected : notices.protected);
  }

  over(outcome: Outcome): void {
    this.#delay?.matchOver();
    this.sockets.notify(over(outcome));
    this.#listing.changed();
    const shownMs = resultShownMs + (this.#delay?.delayMs ?? 0);
    setTimeout(() => this.end.begin(CloseCode.CONSENTED), shownMs).unref();
  }

  stopped({ code, message }: { code: string; message: string }): void {
    if (code !== "match/asleep") this.parts.log("match stopped", { match: this.roomId, code, message });
    // A match that moved runs on another node, and its players reconnect there. A failed match runs nowhere.
    const movedOn = code !== "match/failed";
    if (!movedOn) {
      this.sockets.notify({ ...notices.stopped, code });
      for (const client of this.clients) client.leave(CloseCode.WITH_ERROR, `${code}: its record is kept`);
    }
    this.end.begin(movedOn ? closeAndComeBack : CloseCode.WITH_ERROR);
  }

  /**
   * Colyseus' way to end a room, as its monitor uses it: the match is over with its next tick, and its players are shown that
   * like any other end. Nobody goes on with it, here or after a crash.
   */
  override async disconnect(code?: number): Promise<unknown> {
    if (this.end.hasBegun) return super.disconnect(code);
    return this.live.match.close();
  }

  /** Removes everyone who is banned or signed out. */
  putOut(): void {
    this.sockets.putOut(this.live.match, this.parts.barred);
  }

  /** It ends as an empty match does. */
  callOff(): void {
    for (const { sessionId } of this.live.match.state.seats) this.live.match.leave(sessionId);
    for (const client of [...this.clients])
      client.leave(CloseCode.CONSENTED, "match/called-off: somebody did not come");
  }

  get room(): Room {
    return this;
  }

  get seating(): Places {
    return this.places;
  }

  /** A newer connection wins: the older one is most likely dead; if not, it belongs to the same player. */
  #makeWay(seat: SeatState): void {
    const older = this.#holds.makeWay(seat);
    if (older !== undefined)
      this.sockets
        .of(older)
        ?.close(closeCodes.takenOver, "seat/taken-over: a newer connection of yours has the seat");
  }

  #admit(client: Client): void {
    const { live } = this;
    const seat = live.match.seat(client.sessionId);
    if (seat === undefined) throw new RoomError("seat/gone");
    client.reconnectionToken = seat.token;
    const socket = this.sockets.of(client);
    if (seat.seat === "spectator" && socket !== undefined) this.#delay?.holdBack(socket);
    client.send("welcome", welcome(live, seat));
    for (const notice of standing(live)) client.send("notice", notice);
    this.#events.letIn(client);
    this.#listing.changed();
  }

  #declareInputs(): RoomInputs {
    const { game, metrics } = this.parts;
    const api = this.defineInput(this.input.type as never, inputOptions(game)) as InputAPI<NumericInput>;
    tellPatchRate(this, game.patchRate);
    return new RoomInputs({
      api,
      tickMs: isByEvents(game) ? undefined : 1000 / game.tickRate,
      nowMs: this.parts.host.nowMs,
      seqMax: game.input["seq"]!.max,
      lastSeq: (sessionId) => this.live.match.seat(sessionId)?.lastInputSeq ?? 0,
      onOverflow: (inputs) => metrics.inputsOverflowed(inputs),
      onStale: (sessionId) => this.clients.get(sessionId)?.send("problem", staleInputs),
    });
  }

  /** No connection survives a restore: every seat is marked as disconnected and held. */
  #holdRestoredSeats(): void {
    for (const seat of this.live.match.state.seats) {
      if (seat.droppedAt === undefined) this.live.match.drop(seat.sessionId);
      this.#holds.holdWithoutClient(seat);
    }
  }

  async #command(client: Client, message: unknown): Promise<CommandAnswer> {
    const checked = checkedCommand(this.parts.game, message);
    return checked.ok ? this.live.match.command(client.sessionId, checked.request) : checked.answer;
  }
}
