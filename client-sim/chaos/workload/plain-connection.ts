/**
 * A place in a match with the Colyseus SDK alone: without our client, with the SDK's own reconnection settings, no
 * command sent twice. Chaos plays with some of these, so that the promise to clients on the plain SDK is checked too.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Client, type InputHandle, type Room } from "@colyseus/sdk";
import type { ConnectionState } from "../../../shared/client/connection-state.ts";
import { followFullStates } from "../../../shared/client/full-state.ts";
import { Listeners } from "../../../shared/client/listeners.ts";
import { ConnectionMetrics } from "../../../shared/client/match-metrics.ts";
import { beginSession } from "../../../shared/client/sessions.ts";
import type { CommandAnswer, NumericInput } from "../../../shared/game/game.ts";
import { closeCodes } from "../../../shared/wire/errors/close-codes.ts";
import type { Notice, Welcome } from "../../../shared/wire/room-messages.ts";
import type { Connection } from "../../bots/connection.ts";

const welcomeMsMax = 10_000;
const leaveMsMax = 2000;
const answerMsMax = 60_000;

type AnyRoom = Room<unknown, object>;

/** @param open e.g. `(client) => client.joinOrCreate("arena", { name })` */
export async function joinPlainly(
  url: string,
  open: (client: Client) => Promise<unknown>,
): Promise<PlainConnection> {
  const client = new Client(url);
  client.auth.token = (await beginSession({ url })).token;
  const connection = new PlainConnection((await open(client)) as AnyRoom);
  await connection.ready();
  return connection;
}

export class PlainConnection implements Connection {
  readonly metrics = new ConnectionMetrics();
  readonly #room: AnyRoom;
  readonly #stateListeners = new Listeners<[ConnectionState]>();
  readonly #patchListeners = new Listeners<[object]>();
  readonly #welcomeListeners = new Listeners<[Welcome]>();
  readonly #returnedListeners = new Listeners<[held: object, fresh: object]>();
  #state: ConnectionState = { kind: "joining" };
  #welcome: Welcome | undefined;
  #hasView = false;
  #handle: InputHandle<NumericInput> | undefined;
  #seq = 0;
  #commandId = 0;

  constructor(room: AnyRoom) {
    this.#room = room;
    room.onDrop(() => this.#dropped());
    room.onLeave((code, reason = "") => this.#enter({ kind: "left", code, reason }));
    room.onStateChange((view) => this.#patched(view));
    room.onMessage("welcome", (welcome: Welcome) => this.#welcomed(welcome));
    room.onMessage("notice", (notice: Notice) => this.#noticed(notice));
    room.onMessage("event", () => {});
    const tell = (held: object, fresh: object) => this.#returnedListeners.call(held, fresh);
    followFullStates(room, tell, { repair: false });
  }

  /** Breaks the connection like a network failure; the SDK reconnects by itself if it has played for long enough. */
  hangUp(): void {
    if (this.#room.connection.isOpen) this.#room.connection.close(closeCodes.mayTryReconnect, "the line");
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get view(): object {
    return this.#room.state;
  }

  get welcome(): Welcome {
    return this.#welcome!;
  }

  get matchId(): string {
    return this.#room.roomId;
  }

  get sessionId(): string {
    return this.#room.sessionId;
  }

  get onState() {
    return this.#stateListeners.add;
  }

  get onPatch() {
    return this.#patchListeners.add;
  }

  get onWelcome() {
    return this.#welcomeListeners.add;
  }

  get onReturned() {
    return this.#returnedListeners.add;
  }

  async ready(): Promise<void> {
    if (this.#state.kind === "playing") return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      this.#room.reconnection.enabled = false;
      this.#room.connection.close();
      reject(new Error("no welcome from the server"));
    }, welcomeMsMax);
    this.onState((state) => {
      if (state.kind === "playing") resolve();
      if (state.kind === "left") reject(new Error(`closed with code ${state.code}, ${state.reason}`));
    });
    await promise.finally(() => clearTimeout(timer));
  }

  sendInput(input: object): number {
    if (this.#state.kind !== "playing") return 0;
    this.#handle ??= this.#room.input<NumericInput>();
    this.#seq += 1;
    Object.assign(this.#handle.data as object, input, { seq: this.#seq });
    const sent = this.#handle.send();
    if (sent > 0) this.metrics.inputSent(sent, performance.now());
    return sent;
  }

  async command(name: string, payload: unknown): Promise<CommandAnswer> {
    this.#commandId += 1;
    const envelope = { id: this.#commandId, name, payload };
    return this.#room.request<unknown, CommandAnswer>("command", envelope, { timeout: answerMsMax });
  }

  async leave(): Promise<void> {
    if (this.#state.kind === "left") return;
    this.#room.reconnection.enabled = false;
    if (this.#room.connection.isOpen) {
      await Promise.race([this.#room.leave(), pause(leaveMsMax, undefined, { ref: false })]);
    }
    this.#enter({ kind: "left", code: closeCodes.consented, reason: "left by itself" });
  }

  #dropped(): void {
    this.#hasView = false;
    if (this.#state.kind !== "playing") return;
    this.metrics.dropped();
    this.#enter({ kind: "reconnecting", sinceMs: performance.now() });
  }

  #welcomed(welcome: Welcome): void {
    this.#welcome = welcome;
    this.#seq = Math.max(this.#seq, welcome.lastInputSeq);
    this.#commandId = Math.max(this.#commandId, welcome.lastCommandId);
    this.#welcomeListeners.call(welcome);
    this.#playWhenComplete();
  }

  #patched(view: object): void {
    if (this.#state.kind === "left") return;
    this.metrics.patches += 1;
    this.metrics.acknowledged(this.#handle?.lastProcessed ?? 0, performance.now());
    this.#hasView = true;
    this.#playWhenComplete();
    this.#patchListeners.call(view);
  }

  #noticed(notice: Notice): void {
    const { kind } = this.#state;
    if (notice.kind === "over" && (kind === "playing" || kind === "reconnecting"))
      this.#enter({ kind: "over", outcome: notice.outcome });
  }

  #playWhenComplete(): void {
    if (!this.#hasView || !this.#welcome) return;
    if (this.#state.kind !== "joining" && this.#state.kind !== "reconnecting") return;
    if (this.#state.kind === "reconnecting") this.metrics.returned(performance.now() - this.#state.sinceMs);
    this.#enter({ kind: "playing" });
  }

  #enter(state: ConnectionState): void {
    if (this.#state.kind === "left") return;
    this.#state = state;
    this.#stateListeners.call(state);
  }
}
