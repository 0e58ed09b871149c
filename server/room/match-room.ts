/**
 * The body of a match in Colyseus: carries sockets, seats' reconnections, inputs and the View for a match
 * that lives below it. Kept thin: it decides nothing about the match.
 */
import type { Socket } from "node:net";
import {
  type Client,
  CloseCode,
  getMessageBytes,
  type InputAPI,
  matchMaker,
  Protocol,
  Room,
  type Serializer,
} from "@colyseus/core";
import type { WebSocket } from "ws";
import type { AnyGame, CommandAnswer, NumericInput, Outcome, Seat } from "../../shared/game.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";
import type { JoinOptions, Notice } from "../../shared/wire/room-messages.ts";
import type { Body } from "../match/body.ts";
import type { MatchHost } from "../match/host.ts";
import type { LiveMatch } from "../match/live-match.ts";
import type { SeatState } from "../match/state.ts";
import { type Identify, playerOf, type RoomAuth, sessionAuth } from "./authentication.ts";
import type { FrameGuard } from "./frame-guard.ts";
import { messagesPerSecondMax } from "./frame-watch.ts";
import { closeAndComeBack, guardSocket, type OutFrame, type OutSocket } from "./gated-socket.ts";
import { type InputDeclaration, inputDeclaration } from "./input-schema.ts";
import { followMatchTime, tickNothing } from "./match-clock.ts";
import { notices, welcome } from "./notices.ts";
import { type Patch, PatchSerializer } from "./patch-serializer.ts";
import { assertNotBarred, type Barred, putOut } from "./put-out.ts";
import { type Reserved, reservationsOf } from "./reserved.ts";
import { checkedCommand, checkedJoin, unknownMessage } from "./room-commands.ts";
import { RoomError } from "./room-error.ts";
import { inputsBufferedMax, RoomInputs } from "./room-inputs.ts";
import { SeatHolds } from "./seat-holds.ts";
import { continueRefs, refCounter, refsToReserve } from "./view-refs.ts";

/** Players see the result of a match for so long before its room closes. */
const resultShownMs = 10_000;

const nameless = "player";

export interface RoomParts {
  readonly game: AnyGame;
  readonly host: MatchHost<OutFrame>;
  readonly spectatorsMax: number;
  /** Who a caller of Colyseus' own matchmaking is. */
  readonly identify: Identify;
  /** Whom a ban or a sign-out is about. */
  readonly barred: Barred;
  /** Of the match for which this key was made; undefined: a match that nobody booked. */
  readonly originFor: (bookingKey: string) => MatchOrigin | undefined;
  readonly newMatchId: () => string;
  /** A new reconnection token. */
  readonly token: () => string;
  /** Whether this process may not say anything any more; its matches may be others'. Alone it always may. */
  readonly stale?: () => boolean;
  readonly onInputOverflow: (inputs: number) => void;
  readonly onPatch: (clients: number, bytes: number) => void;
  readonly log: (message: string, details: object) => void;
}

/** The room class of one game. */
export function matchRoomOf(parts: RoomParts): typeof MatchRoom {
  const input = inputDeclaration(parts.game);
  return class extends MatchRoom {
    static override onAuth = sessionAuth(parts.identify);
    protected override readonly parts = parts;
    protected override readonly input = input;
  };
}

export class MatchRoom extends Room implements Body {
  protected readonly parts!: RoomParts;
  protected readonly input!: InputDeclaration;
  override autoDispose = false;
  override patchRate = null;
  /** Colyseus would end the session; the watch of the connection counts first, and its client may come back. */
  override maxMessagesPerSecond = 3 * messagesPerSecondMax;
  live!: LiveMatch<OutFrame>;
  #inputs!: RoomInputs;
  readonly #holds = new SeatHolds(this);
  readonly #sockets = new WeakMap<object, OutSocket>();
  #reservingSpectator = false;
  /** Since the last patch. */
  #sentBytes = 0;

  constructor() {
    super();
    tickNothing(this);
  }

  /**
   * @param options `restore`: id of a match that waits for its body; everything else is a new match's, `booking`
   * the key of a queue's. They may come from a client: neither says more than its holder may know.
   */
  override async onCreate(options: RoomOptions): Promise<void> {
    const { game, host, spectatorsMax } = this.parts;
    this.maxClients = game.seats.max + spectatorsMax;
    this.#inputs = this.#declareInputs();
    this.live = await this.#match(options);
    this.roomId = this.live.id;
    // By it the shared listing knows a fenced owner's word from the present one's.
    Object.assign(this["_listing"], { metadata: { epoch: this.live.epoch } });
    this.#showView();
    followMatchTime(this, this.#matchTimeMs(), host.nowMs);
    this.onMessage("command", (client, message: unknown) => this.#command(client, message));
    this.onMessage("*", (client, type) => client.send("problem", unknownMessage(type)));
    this.#holdRestoredSeats();
    this.live.embody(this);
    host.start(this.live);
    this.putOut();
    await this.#syncListing();
  }

  override async onJoin(client: Client, rawOptions: unknown): Promise<void> {
    const { spectate, name } = checkedJoin(rawOptions);
    const player = playerOf(client);
    const { userId, name: known, seat, session } = player;
    assertNotBarred(this.parts.barred, player);
    if (this.isBooked && seat === undefined && !spectate) throw new RoomError("match/booked");
    const { sessionId } = client;
    const result = this.live.match.join({
      ...{ sessionId, userId, spectate, token: this.parts.token() },
      name: name ?? known ?? nameless,
      ...(seat !== undefined && { seat }),
      ...(session !== undefined && { session }),
    });
    if (!result.ok) throw new RoomError(result.reason);
    await result.applied;
    this.putOut();
    assertNotBarred(this.parts.barred, player);
    this.#admit(client);
  }

  override onDrop(client: Client): void {
    const seat = this.live.match.seat(client.sessionId);
    this.live.match.drop(client.sessionId);
    // Who was put out has none any more, or loses it with the next tick: nobody comes back to it.
    const isLost = seat === undefined || this.parts.barred(seat) !== undefined;
    if (this.live.lifecycle === "running" && !isLost) this.#holds.hold(client);
  }

  override async onReconnect(client: Client): Promise<void> {
    this.#holds.release(client.sessionId);
    const seat = this.live.match.seat(client.sessionId);
    if (seat === undefined) throw new RoomError("seat/gone");
    assertNotBarred(this.parts.barred, seat);
    if (this.live.lifecycle === "running") await this.live.match.comeBack(client.sessionId);
    this.#admit(client);
  }

  override onLeave(client: Client): void {
    this.live.match.leave(client.sessionId);
  }

  override onDispose(): void {
    // A room whose creation was refused has none.
    if (this.live !== undefined) this.parts.host.forget(this.live);
  }

  override onUncaughtException(error: Error, method: string): void {
    // An expected no to a client, which gets it as its answer.
    if (error.cause instanceof RoomError) return;
    this.parts.log("an error in a room was contained", {
      match: this.roomId,
      method,
      error: error.cause ?? error,
    });
  }

  /** Players' seats count, and reservations on their way; spectators have places of their own. */
  override hasReachedMaxClients(): boolean {
    if (this.#reservingSpectator || this.live === undefined) return super.hasReachedMaxClients();
    return this.live.match.seatsTaken + this.#reservedSeats() >= this.parts.game.seats.max;
  }

  /** Whether a queue made the match: then it alone gives out the seats. */
  get isBooked(): boolean {
    return this.parts.host.originOf(this.roomId) !== undefined;
  }

  /** Whether a player who asks now gets a seat. */
  get takesPlayers(): boolean {
    return (
      !this.isBooked && !this.locked && this.live.lifecycle === "running" && !this.hasReachedMaxClients()
    );
  }

  /** Seats that nobody has, or is about to have. */
  freeSeats(): readonly Seat[] {
    const booked = new Set(this.#reservations().map(([, auth]) => auth?.seat));
    return this.live.match.freeSeats().filter((seat) => !booked.has(seat));
  }

  /** Players with a seat, or on their way into one. */
  seated(): readonly { readonly seat: Seat; readonly userId: string }[] {
    const booked = this.#reservations().map(([, auth]) => auth);
    return [...this.live.match.state.seats, ...booked].flatMap((each) =>
      typeof each?.seat === "number" ? [{ seat: each.seat, userId: each.userId }] : [],
    );
  }

  hasPlayer(userId: string): boolean {
    return this.live.match.state.seats.some((each) => each.userId === userId && each.seat !== "spectator");
  }

  /**
   * The seat of a user who asks for one again, from wherever: it is held for him, an earlier connection is closed.
   * @returns "busy" when he is just coming in
   */
  seatToComeBackTo(userId: string): SeatState | "busy" | undefined {
    const seat = this.live.match.state.seats.find(
      (each) => each.userId === userId && each.seat !== "spectator",
    );
    if (seat === undefined) return undefined;
    return this.checkReconnectionToken(seat.token) === undefined ? "busy" : seat;
  }

  /** Reserves a spectator's place, also when every seat is taken. */
  async reserveSpectator(options: JoinOptions, auth: RoomAuth): Promise<unknown> {
    this.#reservingSpectator = true;
    try {
      return matchMaker.reserveSeatFor(this["_listing"], options, auth);
    } finally {
      this.#reservingSpectator = false;
    }
  }

  /** Puts the gate in front of a connection that asks for this room. */
  guard(socket: WebSocket, tcp: Socket): OutSocket {
    const onBytes = (bytes: number) => {
      this.#sentBytes += bytes;
    };
    const out = guardSocket({ socket, tcp, gate: this.live, onBytes, stale: this.parts.stale });
    this.#sockets.set(socket, out);
    return out;
  }

  /** Which messages of clients it takes. */
  get frames(): FrameGuard {
    return this.input.frames;
  }

  /** Colyseus makes its own serialiser when the state is set; ours takes its place. */
  override setSerializer(_colyseus: Serializer<never>): void {
    const socketOf = (client: Client) => this.#sockets.get(client.ref);
    super.setSerializer(new PatchSerializer({ socketOf, send: (patch) => this.#sendPatch(patch) }) as never);
  }

  takeInputs = (sessionId: string, max: number): readonly NumericInput[] => this.#inputs.take(sessionId, max);

  patch(): void {
    const { game } = this.parts;
    game.view.write(this.state as never, this.live.match.state.world);
    const reserve = refsToReserve(refCounter(this).nextUniqueId, this.live.match.state.refsReserved);
    if (reserve !== undefined) this.live.match.reserveRefs(reserve);
    this.clock.elapsedTime = this.#matchTimeMs();
    this.broadcastPatch();
    this.parts.onPatch(this.clients.length, this.#sentBytes);
    this.#sentBytes = 0;
  }

  seatGone(sessionId: string): void {
    this.#inputs.restart(sessionId);
    this.#holds.giveUp(sessionId);
    void this.#syncListing();
  }

  frozen(frozen: boolean): void {
    this.notify(frozen ? notices.frozen : notices.resumed);
  }

  unprotected(unprotected: boolean): void {
    this.notify(unprotected ? notices.unprotected : notices.protected);
  }

  over(outcome: Outcome): void {
    this.notify({ kind: "over", text: "The match is over.", outcome });
    void this.#syncListing();
    setTimeout(() => this.#close(CloseCode.CONSENTED), resultShownMs).unref();
  }

  stopped({ code, message }: { code: string; message: string }): void {
    this.parts.log("match stopped", { match: this.roomId, code, message });
    // A match that is another node's lives on there: its players look for it. A broken one has no elsewhere.
    const movedOn = code !== "match/failed";
    if (!movedOn) this.notify({ ...notices.stopped, code });
    this.#close(movedOn ? closeAndComeBack : CloseCode.WITH_ERROR);
  }

  /** Tells everyone something that reflects no tick: past the gate. */
  notify(notice: Notice): void {
    const bytes = getMessageBytes.raw(Protocol.ROOM_DATA, "notice", notice);
    for (const client of this.clients) this.#sockets.get(client.ref)?.send(bytes, { binary: true });
  }

  /** Closes every connection so that its client comes back, here or elsewhere. */
  sendAway(): void {
    for (const { ref } of this.clients) this.#sockets.get(ref)?.close(closeAndComeBack, "server restarts");
  }

  /** Whoever may not be here any more leaves. */
  putOut(): void {
    const socketOf = (sessionId: string) => {
      const client = this.clients.getById(sessionId);
      return client === undefined ? undefined : this.#sockets.get(client.ref);
    };
    putOut(this.live.match, this.parts.barred, socketOf);
  }

  async #match(options: RoomOptions): Promise<LiveMatch<OutFrame>> {
    const { host, game } = this.parts;
    const origin = options.booking === undefined ? undefined : this.parts.originFor(options.booking);
    const restored = options.restore === undefined ? undefined : host.take(options.restore);
    if (restored !== undefined) return restored;
    const opened = await host.open(this.parts.newMatchId(), game, options.options, origin);
    if (!opened.ok) throw new RoomError(opened.code, opened.detail);
    return opened.live;
  }

  /** The View is made empty first, so that its collections have the same ids in every process. */
  #showView(): void {
    const { view } = this.parts.game;
    const { match } = this.live;
    const state = view.create();
    this.state = state as never;
    continueRefs(this, match.state.refsReserved);
    view.write(state, match.state.world);
  }

  #matchTimeMs(): number {
    return Math.round((this.live.match.tick * 1000) / this.parts.game.tickRate);
  }

  #admit(client: Client): void {
    const { live } = this;
    const seat = live.match.seat(client.sessionId);
    if (seat === undefined) throw new RoomError("seat/gone");
    client.reconnectionToken = seat.token;
    this.#inputs.restart(client.sessionId);
    client.send("welcome", welcome(live, seat));
    void this.#syncListing();
  }

  #declareInputs(): RoomInputs {
    const { type, sanitize } = this.input;
    const options = { bufferMaxSize: inputsBufferedMax, sanitize, tickRate: this.parts.game.tickRate };
    const api = this.defineInput(type as never, options as never) as InputAPI<NumericInput>;
    return new RoomInputs(api, this.parts.onInputOverflow);
  }

  /** No connection outlived the process that had them: every seat is dropped, and held. */
  #holdRestoredSeats(): void {
    for (const seat of this.live.match.state.seats) {
      if (seat.droppedAt === undefined) this.live.match.drop(seat.sessionId);
      this.#holds.holdRestored(seat);
    }
  }

  #reservedSeats(): number {
    return this.#reservations().filter(([options]) => options?.spectate !== true).length;
  }

  #reservations(): Reserved[] {
    return reservationsOf(this, this.parts.barred);
  }

  /** Keeps Colyseus' listing true: its own counting does not know restored seats. */
  async #syncListing(): Promise<void> {
    const { seatsTaken, outcome } = this.live.match;
    const full = this.isBooked || seatsTaken >= this.parts.game.seats.max || outcome !== undefined;
    if (full !== this.locked) await (full ? this.lock() : this.unlock());
  }

  async #command(client: Client, message: unknown): Promise<CommandAnswer> {
    const checked = checkedCommand(this.parts.game, message);
    return checked.ok ? this.live.match.command(client.sessionId, checked.request) : checked.answer;
  }

  #sendPatch(patch: Patch): void {
    this.#sentBytes += patch.frames.length;
    if (this.live.send({ kind: "patch", ...patch }, patch.frames.length)) return;
    for (const socket of patch.to) socket.close(closeAndComeBack, "gate full");
  }

  #close(code: number): void {
    this.disconnect(code).catch((error) =>
      this.parts.log("room did not close", { match: this.roomId, error }),
    );
  }
}

interface RoomOptions {
  readonly restore?: string;
  readonly options?: unknown;
  readonly booking?: string;
}
