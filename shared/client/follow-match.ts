/**
 * Joins a match and follows it through crashes and moves: one object that lives as long as the player is in the
 * match, over any number of connections. It owns the numbers that must continue after a reconnect (input `seq`,
 * command ids); reconnect.ts decides when and where the SDK tries again. Runs in a browser and in Node; no DOM.
 */

import type { InputHandle } from "@colyseus/sdk";
import type { SteadyClock } from "../clock.ts";
import type { CommandAnswer, NumericInput } from "../game/game.ts";
import { closeCodes } from "../wire/errors/close-codes.ts";
import type { GameEvent, Notice, Welcome } from "../wire/room-messages.ts";
import { ApiError } from "./api.ts";
import { CommandOutbox } from "./command-outbox.ts";
import { type ConnectionState, JoinError } from "./connection-state.ts";
import { DeadConnectionDetector } from "./dead-connection.ts";
import { EventInbox } from "./event-inbox.ts";
import { followFullStates } from "./full-state.ts";
import { hearFrames } from "./heard-frames.ts";
import { LineProbe } from "./line-probe.ts";
import { Listeners } from "./listeners.ts";
import { ConnectionMetrics } from "./match-metrics.ts";
import {
  askingAnew,
  asSomebody,
  inputOf,
  type OpenedRoom,
  type OpenRoomOptions,
  openRoom,
} from "./open-room.ts";
import { OwnerQuestion } from "./owner-question.ts";
import { Reconnect } from "./reconnect.ts";
import { assertSdkInternals } from "./sdk-internals.ts";

/** Limit from the open socket to the welcome and the first state. */
const welcomeMsMax = 10_000;
/** How long a leave waits for the server to close the connection. */
const leaveMsMax = 2_000;
const answerMsMax = 60_000;
const joinAttemptsMax = 4;
/** Multiplied by the number of the attempt: 0.25 + 0.5 + 0.75 s in all. */
const rejoinMs = 250;
/** Limit from a lost connection to playing again. It ends a client that is admitted again and again without a state. */
const awayMsMax = 5 * 60_000;

const matchIsOver = "the match is over";

/**
 * Joins a match. Resolves when the welcome and the first View are there.
 * @throws ApiError when the API refuses; SdkInternalsError; Error when no attempt led to a connection
 */
export async function joinMatch<Input extends NumericInput, View>(
  options: OpenRoomOptions,
): Promise<MatchConnection<Input, View>> {
  assertSdkInternals();
  let asked = await asSomebody(options);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const connection = new MatchConnection<Input, View>(await openRoom<View>(asked), options);
      await connection.ready;
      return connection;
    } catch (error) {
      // A reserved seat may vanish before it is taken, when its match ends or its server dies. A refusal by the
      // API is final, and so is a seat that is no longer held.
      if (attempt >= joinAttemptsMax || error instanceof ApiError || options.resume) throw error;
      await wait(attempt * rejoinMs);
      asked = askingAnew(asked);
    }
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}

export class MatchConnection<Input extends NumericInput, View> {
  readonly metrics = new ConnectionMetrics();
  /** Resolves at the first welcome with a View; rejects when that does not arrive in time. */
  readonly ready: Promise<void>;

  /** The way to the server and back, and how inputs come there; steady-inputs.ts follows it. */
  readonly line: LineProbe;
  readonly now: SteadyClock;

  readonly #room: OpenedRoom<View>["room"];
  readonly #reconnect: Reconnect;
  readonly #deadConnection: DeadConnectionDetector;
  readonly #owner: OwnerQuestion;
  readonly #outbox: CommandOutbox;
  readonly #inbox = new EventInbox();
  readonly #stateListeners = new Listeners<[ConnectionState]>();
  readonly #patchListeners = new Listeners<[View]>();
  readonly #noticeListeners = new Listeners<[Notice]>();
  readonly #welcomeListeners = new Listeners<[Welcome]>();
  readonly #returnedListeners = new Listeners<[held: View, fresh: View]>();
  #state: ConnectionState = { kind: "joining" };
  #welcome: Welcome | undefined;
  #warning: Notice | undefined;
  #handle: InputHandle<Input> | undefined;
  /** Invariant: grows over the whole life of the seat, over reconnects and reloads. */
  #seq = 0;
  /** The room has admitted this connection, and the connection has not broken since. */
  #admitted = true;
  /** Both must have come on this connection before it counts as playing. */
  #arrived = { welcome: false, view: false };
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #settleReady: { resolve: () => void; reject: (error: Error) => void };

  /** @param opened must be just joined: no message of the room may have been read yet */
  constructor(
    { room, origins }: OpenedRoom<View>,
    options: Pick<OpenRoomOptions, "now" | "chance" | "api"> = {},
  ) {
    this.#room = room;
    this.now = options.now ?? (() => performance.now());
    this.line = new LineProbe({ now: this.now, ping: () => room.ping(() => undefined) });
    this.#outbox = new CommandOutbox((command) =>
      room.request<unknown, CommandAnswer>("command", command, { timeout: answerMsMax }),
    );
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#settleReady = { resolve, reject };
    this.#watchWelcome();
    const access = { ...options.api, url: origins };
    this.#reconnect = new Reconnect({
      room,
      access,
      now: this.now,
      chance: options.chance ?? Math.random,
      onNowhere: (reason) => this.#endForGood(closeCodes.failedToReconnect, reason),
    });
    this.#owner = new OwnerQuestion({
      access,
      matchId: room.roomId,
      epoch: () => (this.#isInMatch ? this.#welcome?.epoch : undefined),
      chance: options.chance ?? Math.random,
      onNewer: () => this.#movedAway(),
    });
    this.#deadConnection = new DeadConnectionDetector({
      now: this.now,
      chance: options.chance ?? Math.random,
      ping: () => room.ping(() => undefined),
      onSilent: () => this.#owner.start(),
      onDead: () => this.#dead(),
    });
    followFullStates(room, (held, fresh) => this.#returnedListeners.call(held, fresh));
    this.#listen();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The View as it is decoded now; it changes in place with every patch. */
  get view(): View {
    return this.#room.state;
  }

  /** @throws before `ready` */
  get welcome(): Welcome {
    if (!this.#welcome) throw new Error("There is no welcome before the connection is ready.");
    return this.#welcome;
  }

  get matchId(): string {
    return this.#room.roomId;
  }

  /** Stays the same over reconnects; the server's journal names the seat by it. */
  get sessionId(): string {
    return this.#room.sessionId;
  }

  /** Give it to `JoinOptions.resume` after a page reload. Changes at every (re)connect. */
  get resumeToken(): string {
    return this.#room.reconnectionToken;
  }

  /** Number of this connection's newest input that the View contains. Prediction counts by it. */
  get acknowledged(): number {
    return this.#handle?.lastProcessed ?? 0;
  }

  /** The connection's state changed. */
  get onState() {
    return this.#stateListeners.add;
  }

  /** The View changed. */
  get onPatch() {
    return this.#patchListeners.add;
  }

  /** The server's warning while it holds: the match is `frozen` or `unprotected`. */
  get warning(): Notice | undefined {
    return this.#warning;
  }

  get onNotice() {
    return this.#noticeListeners.add;
  }

  /** After the join and after every reconnect. */
  get onWelcome() {
    return this.#welcomeListeners.add;
  }

  /** The first View after a return: as this client holds it, and as a new client decodes it. The two are equal. */
  get onReturned() {
    return this.#returnedListeners.add;
  }

  /**
   * Sends one input; call it once per tick. While there is no connection the input is dropped, as it is about now.
   * @returns its number for prediction (see `acknowledged`); 0 when it was not sent, or the game has no inputs
   */
  sendInput(input: Omit<Input, "seq">): number {
    if (this.#state.kind !== "playing" || this.#welcome?.seat === "spectator") return 0;
    this.#handle ??= inputOf<Input>(this.#room);
    if (this.#handle === undefined) return 0;
    Object.assign(this.#handle.data as object, input, { seq: this.#seq + 1 });
    const sent = this.#handle.send();
    if (sent === 0) return 0;
    this.#seq += 1;
    this.metrics.inputSent(sent, this.now());
    return sent;
  }

  /** Something that the game told this seat: each once, and in order with the View, over crashes too. */
  get onEvent() {
    return this.#inbox.listen;
  }

  /** Events that were told and will not come; with how many. */
  get onMissedEvents() {
    return this.#inbox.onMissed;
  }

  /** Rejects with CommandError when 16 are unanswered, when the match was left, and when the server failed. */
  command(name: string, payload: unknown): Promise<CommandAnswer> {
    return this.#outbox.add(name, payload);
  }

  /** Gives the seat up. Resolves when the connection is closed, even if the server no longer answers. */
  async leave(): Promise<void> {
    if (this.#state.kind === "left") return;
    if (!this.#admitted) {
      // The next attempt, or the one under way, is the last: it only tells the server that the seat is given up.
      this.#left(closeCodes.consented, "left while reconnecting");
      return this.#reconnect.endLastTry();
    }
    this.#room.reconnection.enabled = false;
    const closed = new Promise<void>((resolve) =>
      this.onState((state) => state.kind === "left" && resolve()),
    );
    this.#watchdog = setTimeout(
      () => this.#endForGood(closeCodes.abnormal, "no answer to the leave"),
      leaveMsMax,
    );
    this.#room.leave();
    await closed;
  }

  #watchWelcome(delayMs = 0): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(
      () => this.#endForGood(closeCodes.abnormal, "no welcome from the server"),
      welcomeMsMax + delayMs,
    );
  }

  #listen(): void {
    const room = this.#room;
    room.onDrop((code) => this.#dropped(code));
    room.onReconnect(() => this.#reconnected());
    room.onLeave((code, reason) => this.#left(code, reason ?? ""));
    room.onStateChange((view) => this.#patched(view));
    room.onMessage("welcome", (welcome: Welcome) => this.#welcomed(welcome));
    room.onMessage("notice", (notice: Notice) => this.#noticed(notice));
    room.onMessage("event", (event: GameEvent) => this.#inbox.receive(event));
    hearFrames(room.connection, {
      onFrame: (bytes) => {
        this.metrics.bytes += bytes;
        this.#deadConnection.heard();
      },
      onPong: (frame) => this.line.heard(frame),
      onOther: () => this.#owner.stop(),
    });
  }

  get #isInMatch(): boolean {
    return this.#state.kind === "playing" || this.#state.kind === "reconnecting";
  }

  /** The match is no longer on the node that this connection leads to, or that an attempt is trying. */
  #movedAway(): void {
    if (this.#room.reconnection.isReconnecting) this.#reconnect.movedAway();
    else this.#room.connection.close(closeCodes.mayTryReconnect, "the match has another owner");
  }

  /** The connection is open, but nothing arrives. */
  #dead(): void {
    if (this.#state.kind === "over") this.#endForGood(closeCodes.consented, matchIsOver);
    else this.#room.connection.close(closeCodes.mayTryReconnect, "nothing was heard");
  }

  /** The SDK reports every failed attempt as another drop; only the first one is a lost connection. */
  #dropped(code: number): void {
    this.#arrived = { welcome: false, view: false };
    this.#warning = undefined;
    this.#outbox.disconnected();
    this.#inbox.close();
    this.#deadConnection.lost();
    this.line.lost();
    this.#admitted = false;
    const { state } = this;
    if (state.kind === "left") this.#room.reconnection.enabled = false;
    // Nothing is left to return to: the result is known, and the room closes within seconds.
    if (state.kind === "over") this.#endForGood(closeCodes.consented, matchIsOver);
    if (state.kind === "reconnecting" && this.now() - state.sinceMs > awayMsMax)
      this.#endForGood(closeCodes.failedToReconnect, "no connection lasted");
    // A client that is sent away before it could play must not retry fast, or it would do so in a loop.
    this.#reconnect.dropped({ moved: this.#state.kind === "playing" && code === closeCodes.mayTryReconnect });
    if (this.#state.kind !== "playing") return;
    this.metrics.dropped();
    this.#enter({ kind: "reconnecting", sinceMs: this.now() });
  }

  #reconnected(): void {
    // The server has answered. The welcome may still take a while: a frozen match sends nothing.
    this.#reconnect.answered();
    this.#admitted = true;
    if (this.#state.kind === "joining") this.#watchWelcome();
    if (this.#state.kind === "left") this.#room.leave();
  }

  #welcomed(welcome: Welcome): void {
    this.#welcome = welcome;
    this.#seq = Math.max(this.#seq, welcome.lastInputSeq);
    this.#arrived.welcome = true;
    this.#outbox.connected(welcome.lastCommandId);
    this.#inbox.welcomed(welcome.lastEventId);
    this.#welcomeListeners.call(welcome);
    if (this.#state.kind === "joining" && welcome.delayMs !== undefined) this.#watchWelcome(welcome.delayMs);
    this.#playWhenComplete();
  }

  #patched(view: View): void {
    if (this.#state.kind === "left") return;
    this.metrics.patches += 1;
    this.line.patched();
    this.metrics.acknowledged(this.acknowledged, this.now());
    this.#arrived.view = true;
    this.#playWhenComplete();
    this.#patchListeners.call(view);
  }

  #playWhenComplete(): void {
    if (!this.#arrived.welcome || !this.#arrived.view) return;
    this.#inbox.open();
    this.#reconnect.back();
    if (this.#state.kind !== "joining" && this.#state.kind !== "reconnecting") return;
    if (this.#state.kind === "joining") clearTimeout(this.#watchdog);
    if (this.#state.kind === "reconnecting") this.metrics.returned(this.now() - this.#state.sinceMs);
    this.#enter({ kind: "playing" });
    this.#settleReady.resolve();
  }

  #noticed(notice: Notice): void {
    const { kind } = notice;
    if (kind === "frozen" || kind === "unprotected") this.#warning = notice;
    if (kind === "resumed" || kind === "protected") this.#warning = undefined;
    if (notice.kind === "over") this.#enter({ kind: "over", outcome: notice.outcome });
    this.#noticeListeners.call(notice);
  }

  #endForGood(code: number, reason: string): void {
    this.#room.reconnection.enabled = false;
    // This comes first: a socket that is closed while it opens reports it at once, with a code of its own.
    this.#left(code, reason);
    this.#room.connection.close();
  }

  #left(code: number, reason: string): void {
    if (this.#state.kind === "left") return;
    clearTimeout(this.#watchdog);
    this.#reconnect.close();
    this.#deadConnection.close();
    this.#owner.stop();
    this.#outbox.end(reason || `closed with code ${code}`);
    this.#enter({ kind: "left", code, reason });
    this.#settleReady.reject(new JoinError(code, reason));
  }

  #enter(state: ConnectionState): void {
    this.#state = state;
    this.#stateListeners.call(state);
  }
}
