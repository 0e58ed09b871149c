/**
 * Joins a match and follows it through crashes and moves: one object that lives as long as the player is in the
 * match, over any number of connections. It owns the numbers that must go on over a reconnect (input `seq`,
 * command ids); when and where the SDK tries to come back is reconnect.ts. Runs in a browser and in Node; no DOM.
 */

import type { InputHandle } from "@colyseus/sdk";
import type { SteadyClock } from "../clock.ts";
import type { CommandAnswer, NumericInput, Outcome } from "../game/game.ts";
import { closeCodes } from "../wire/errors/close-codes.ts";
import type { Notice, Welcome } from "../wire/room-messages.ts";
import { ApiError } from "./api.ts";
import { CommandOutbox } from "./command-outbox.ts";
import { DeadConnectionDetector } from "./dead-connection.ts";
import { followFullStates } from "./full-state.ts";
import { Listeners } from "./listeners.ts";
import { ConnectionMetrics } from "./match-metrics.ts";
import { askingAnew, asSomebody, type OpenedRoom, type OpenRoomOptions, openRoom } from "./open-room.ts";
import { OwnerQuestion } from "./owner-question.ts";
import { Reconnect } from "./reconnect.ts";

/** Socket opened → welcome and first state, at most. */
const welcomeMsMax = 10_000;
/** The server's part of a polite leave, at most. */
const leaveMsMax = 2_000;
const answerMsMax = 60_000;
const joinAttemptsMax = 4;
/** Times the number of the attempt: 0.25 + 0.5 + 0.75 s in all. */
const rejoinMs = 250;
/** Broken → playing again, at most: a way back that leads in and never further is no way back. */
const awayMsMax = 5 * 60_000;

const matchIsOver = "the match is over";

/** Colyseus' kind of a frame is in the low five bits of its first byte; this one answers a ping. */
const kindMask = 0x1f;
const pong = 18;

/** In order of life; `reconnecting` goes back to `playing`. */
export type ConnectionState =
  /** No welcome yet. */
  | { readonly kind: "joining" }
  | { readonly kind: "playing" }
  /** The connection broke; the seat is held and the SDK tries to come back. */
  | { readonly kind: "reconnecting"; readonly sinceMs: number }
  /** The match ended by its rules; the room stays open for the result. */
  | { readonly kind: "over"; readonly outcome: Outcome | undefined }
  /** Final. `code` is the close code: 4000 is the normal end. */
  | { readonly kind: "left"; readonly code: number; readonly reason: string };

/** The connection ended before it led into the match. `code` and `reason` are those of the close. */
export class JoinError extends Error {
  readonly code: number;
  readonly reason: string;
  constructor(code: number, reason: string) {
    super(`The match was not joined: closed with code ${code}, ${reason}`);
    this.name = "JoinError";
    this.code = code;
    this.reason = reason;
  }
}

/**
 * A place in a match. Resolves with the welcome and the first View there.
 * @throws ApiError when the API says no; Error when no connection comes about after some attempts
 */
export async function joinMatch<Input extends NumericInput, View>(
  options: OpenRoomOptions,
): Promise<MatchConnection<Input, View>> {
  let asked = await asSomebody(options);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const connection = new MatchConnection<Input, View>(await openRoom<View>(asked), options);
      await connection.ready;
      return connection;
    } catch (error) {
      // A seat may be gone before it is taken, when its match ends or its server dies in between. A "no" of
      // the API is final, and so is a seat that is no longer held.
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
  /** Resolves at the first welcome with a View; rejects when it does not come. */
  readonly ready: Promise<void>;

  readonly #room: OpenedRoom<View>["room"];
  readonly #now: SteadyClock;
  readonly #reconnect: Reconnect;
  readonly #deadConnection: DeadConnectionDetector;
  readonly #owner: OwnerQuestion;
  readonly #outbox: CommandOutbox;
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
  /** The room has let this connection in, and it has not broken since. */
  #admitted = true;
  /** Both must have come on this connection before it counts as playing. */
  #arrived = { welcome: false, view: false };
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #settleReady: { resolve: () => void; reject: (error: Error) => void };

  /** @param opened just joined: none of the room's messages may have been read yet */
  constructor(
    { room, origins }: OpenedRoom<View>,
    options: Pick<OpenRoomOptions, "now" | "chance" | "api"> = {},
  ) {
    this.#room = room;
    this.#now = options.now ?? (() => performance.now());
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
      now: this.#now,
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
      now: this.#now,
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

  /** Stays the same over reconnects: with it the server's journal names the seat. */
  get sessionId(): string {
    return this.#room.sessionId;
  }

  /** Give it to `JoinOptions.resume` after a page reload. Changes at every (re)connect. */
  get resumeToken(): string {
    return this.#room.reconnectionToken;
  }

  /** Number of the last of this connection's inputs that the View contains; what prediction counts by. */
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

  /** What the server said is wrong with the match, for as long as it is: `frozen` or `unprotected`. */
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

  /** The first View after a return: as it is held here, and as somebody sees it who is new. They are equal. */
  get onReturned() {
    return this.#returnedListeners.add;
  }

  /**
   * Sends one input, to be called once per tick. Dropped while there is no connection: an input is about now.
   * @returns its number for prediction (see `acknowledged`); 0 when it was not sent
   */
  sendInput(input: Omit<Input, "seq">): number {
    if (this.#state.kind !== "playing" || this.#welcome?.seat === "spectator") return 0;
    this.#handle ??= this.#room.input<Input>();
    Object.assign(this.#handle.data as object, input, { seq: this.#seq + 1 });
    const sent = this.#handle.send();
    if (sent === 0) return 0;
    this.#seq += 1;
    this.metrics.inputSent(sent, this.#now());
    return sent;
  }

  /** @throws CommandError (rejects) at 16 unanswered ones, when the match was left, when the server failed */
  command(name: string, payload: unknown): Promise<CommandAnswer> {
    return this.#outbox.add(name, payload);
  }

  /** Gives the seat back. Resolves when the connection is closed, also if the server no longer answers. */
  async leave(): Promise<void> {
    if (this.#state.kind === "left") return;
    if (!this.#admitted) {
      // The try that comes next, or is on its way, may give the seat back in person; it is the last one.
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

  #watchWelcome(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(
      () => this.#endForGood(closeCodes.abnormal, "no welcome from the server"),
      welcomeMsMax,
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
    const events = room.connection.events;
    const receive = events.onmessage;
    events.onmessage = (event: MessageEvent<ArrayBuffer>) => {
      this.metrics.bytes += event.data.byteLength;
      this.#deadConnection.heard();
      // A node that has lost the match may still answer pings.
      if (((new Uint8Array(event.data)[0] ?? 0) & kindMask) !== pong) this.#owner.stop();
      receive?.(event);
    };
  }

  get #isInMatch(): boolean {
    return this.#state.kind === "playing" || this.#state.kind === "reconnecting";
  }

  /** The node that this connection leads to, or is on its way to, does not have the match any more. */
  #movedAway(): void {
    if (this.#room.reconnection.isReconnecting) this.#reconnect.movedAway();
    else this.#room.connection.close(closeCodes.mayTryReconnect, "the match has another owner");
  }

  /** The connection is open and nothing comes over it. */
  #dead(): void {
    if (this.#state.kind === "over") this.#endForGood(closeCodes.consented, matchIsOver);
    else this.#room.connection.close(closeCodes.mayTryReconnect, "nothing was heard");
  }

  /** The SDK reports every failed attempt as another drop; only the first one is a loss. */
  #dropped(code: number): void {
    this.#arrived = { welcome: false, view: false };
    this.#warning = undefined;
    this.#outbox.disconnected();
    this.#deadConnection.lost();
    this.#admitted = false;
    const { state } = this;
    if (state.kind === "left") this.#room.reconnection.enabled = false;
    // There is nothing to come back to: the result is known, and its room closes in some seconds.
    if (state.kind === "over") this.#endForGood(closeCodes.consented, matchIsOver);
    if (state.kind === "reconnecting" && this.#now() - state.sinceMs > awayMsMax)
      this.#endForGood(closeCodes.failedToReconnect, "no connection lasted");
    // Who is sent away before they could play would come back as fast as they are sent away.
    this.#reconnect.dropped({ moved: this.#state.kind === "playing" && code === closeCodes.mayTryReconnect });
    if (this.#state.kind !== "playing") return;
    this.metrics.dropped();
    this.#enter({ kind: "reconnecting", sinceMs: this.#now() });
  }

  #reconnected(): void {
    // The server has answered. The welcome may still take its time: a match that is frozen sends nothing.
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
    this.#welcomeListeners.call(welcome);
    this.#playWhenComplete();
  }

  #patched(view: View): void {
    if (this.#state.kind === "left") return;
    this.metrics.patches += 1;
    this.metrics.acknowledged(this.acknowledged, this.#now());
    this.#arrived.view = true;
    this.#playWhenComplete();
    this.#patchListeners.call(view);
  }

  #playWhenComplete(): void {
    if (!this.#arrived.welcome || !this.#arrived.view) return;
    this.#reconnect.back();
    if (this.#state.kind !== "joining" && this.#state.kind !== "reconnecting") return;
    if (this.#state.kind === "joining") clearTimeout(this.#watchdog);
    if (this.#state.kind === "reconnecting") this.metrics.returned(this.#now() - this.#state.sinceMs);
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
    // First, because a socket that is closed while it opens says so at once, with a code of its own.
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
