/**
 * A player without a state: joins, answers the handshake, sends inputs, counts what arrives, and optionally
 * reconnects with its token as the SDK does. It decodes no View, so that it takes little from a machine that it shares
 * with the server. Its bytes are those of the Colyseus SDK (test/bench/light-client.test.ts compares them).
 */
import { reserveSeat } from "../../shared/client/api.ts";
import { beginSession } from "../../shared/client/sessions.ts";
import type { NamedCommand } from "../../shared/game/game.ts";
import type { SeatReservation } from "../../shared/wire/api.ts";
import { commandBytes } from "./command-bytes.ts";
import { LightSocket } from "./light-socket.ts";

/** Colyseus' message kinds in the low five bits of the first byte. */
const kinds = { join: 10, leave: 12, state: 14, patch: 15, answer: 22 } as const;
const kindMask = 0x1f;
/** Set when the server's time (uint32) and the last applied input (uint32) precede the body. */
const timed = 0x80;

/** The SDK's own limit is 15, our client's 40. */
const triesMax = 40;
/** Inputs whose acknowledgement is waited for; the oldest are forgotten. */
const timedInputsMax = 64;

export interface PatchCounts {
  /** Number of messages with state, of answers to commands, and bytes of all messages. */
  patches: number;
  answers: number;
  bytes: number;
}

/** When things happen, in the eyes of many clients. */
export interface LightTimes {
  /** Time between two patches of one client. */
  patchAfter(ms: number): void;
  /** Time from sending an input to the first patch that contains it. */
  inputSeenAfter(ms: number): void;
}

export interface LightJoin {
  /** Origin of the server. */
  readonly url: string;
  /** Default: the arena. */
  readonly game?: string | undefined;
  /** They make the match, if there is none to join. */
  readonly options?: object | undefined;
  /** The server is no Holdfast: it has no sessions, and gives seats by Colyseus' own routes alone. */
  readonly plain?: boolean | undefined;
  /** Without it, no times are taken. */
  readonly times?: LightTimes | undefined;
  /** A seat that somebody asked for already; then the game, its options and the match mean nothing. */
  readonly seat?: SeatReservation | undefined;
  /** The match to join; without one a new match is created. */
  readonly matchId?: string | undefined;
  /** The counters, which many clients share. */
  readonly counts: PatchCounts;
  /** Milliseconds until it reconnects after a lost connection. Without this function it stays lost. */
  readonly retryMs?: (attempt: number) => number;
}

export class LightClient {
  readonly matchId: string;
  readonly #join: LightJoin;
  readonly #address: URL;
  #socket!: LightSocket;
  #playing = false;
  #lost = false;
  #seq = 0;
  #commandId = 0;
  #token = "";
  /** Reconnect attempts since it last played. */
  #tries = 0;
  #lastPatchMs = 0;
  /** When inputs were sent, by `seq` modulo its length. */
  readonly #sentMs = new Float64Array(timedInputsMax);
  /** Grows with every connection that was opened. */
  connection = 0;
  /** When the present connection's first patch arrived, by performance.now(); undefined before. */
  firstPatchMs: number | undefined;
  /** Number of the last input that a patch contains; Colyseus counts per connection. */
  acknowledged = 0;

  private constructor(join: LightJoin, matchId: string, address: URL) {
    this.matchId = matchId;
    this.#join = join;
    this.#address = address;
  }

  /** Resolves with the first state. @throws when the server refuses */
  static async join(join: LightJoin): Promise<LightClient> {
    const { url } = join;
    const { processId, roomId, sessionId } = join.seat ?? (await seatBy(join));
    const address = `${url.replace("http", "ws")}/${processId}/${roomId}?sessionId=${sessionId}`;
    const client = new LightClient(join, roomId, new URL(address));
    const playing = new Promise<void>((resolve) => {
      client.#onPlaying = resolve;
    });
    await client.#open();
    await playing;
    return client;
  }

  /** The connection broke for good; a measurement with such a client does not count. */
  get lost(): boolean {
    return this.#lost;
  }

  /** @param bytesOf the message, from the number that the input gets */
  sendInputBytes(bytesOf: (seq: number) => Uint8Array): void {
    this.#seq += 1;
    if (this.firstPatchMs === undefined) return;
    if (this.#join.times !== undefined) this.#sentMs[this.#seq % timedInputsMax] = performance.now();
    this.#socket.send(bytesOf(this.#seq));
  }

  /** Its answer is counted, and not looked at. */
  sendCommand(command: NamedCommand): void {
    if (this.firstPatchMs === undefined) return;
    this.#commandId += 1;
    this.#socket.send(commandBytes(command, this.#commandId));
  }

  /** @param bytes one message of Colyseus, whole */
  sendMessage(bytes: Uint8Array): void {
    if (this.firstPatchMs !== undefined) this.#socket.send(bytes);
  }

  /** Gives up the seat; the server closes the connection. */
  leave(): void {
    this.#socket.send(Uint8Array.of(kinds.leave));
  }

  close(): void {
    this.#socket.close();
  }

  /** Breaks the connection; with `retryMs` the client reconnects. */
  drop(): void {
    this.#socket.destroy();
  }

  #onPlaying: () => void = () => {};

  async #open(): Promise<void> {
    this.firstPatchMs = undefined;
    this.#socket = await LightSocket.open(this.#address.href, {
      message: (payload, socket) => this.#message(payload, socket),
      closed: () => this.#closed(),
    });
    this.connection += 1;
  }

  #closed(): void {
    this.firstPatchMs = undefined;
    const { retryMs } = this.#join;
    this.#tries += 1;
    if (retryMs === undefined || this.#tries > triesMax) this.#lost = true;
    else setTimeout(() => void this.#comeBack(), retryMs(this.#tries));
  }

  async #comeBack(): Promise<void> {
    this.#address.searchParams.set("reconnectionToken", this.#token);
    this.#address.searchParams.set("skipHandshake", "true");
    await this.#open().catch(() => this.#closed());
  }

  #message(payload: Buffer, socket: LightSocket): void {
    const { counts } = this.#join;
    counts.bytes += payload.length;
    const first = payload[0]!;
    const kind = first & kindMask;
    if (kind === kinds.join) {
      this.#token = payload.toString("utf8", 2, 2 + payload[1]!);
      socket.send(Uint8Array.of(kinds.join));
    }
    if (kind === kinds.answer) counts.answers += 1;
    if (kind !== kinds.state && kind !== kinds.patch) return;
    counts.patches += 1;
    this.firstPatchMs ??= performance.now();
    this.#tries = 0;
    const acknowledged = (first & timed) === 0 ? this.acknowledged : payload.readUInt32LE(5);
    if (this.#join.times !== undefined && kind === kinds.patch) this.#time(this.#join.times, acknowledged);
    this.acknowledged = acknowledged;
    if (this.#playing) return;
    this.#playing = true;
    this.#onPlaying();
  }

  /** Only for clients that stay on one connection: Colyseus counts inputs anew on each. */
  #time(times: LightTimes, acknowledged: number): void {
    const nowMs = performance.now();
    if (this.#lastPatchMs > 0) times.patchAfter(nowMs - this.#lastPatchMs);
    this.#lastPatchMs = nowMs;
    for (let seq = this.acknowledged + 1; seq <= acknowledged; seq++) {
      const sentMs = this.#sentMs[seq % timedInputsMax]!;
      if (sentMs > 0 && this.#seq - seq < timedInputsMax) times.inputSeenAfter(nowMs - sentMs);
    }
  }
}

async function seatBy({ url, game = "arena", options, matchId, plain }: LightJoin): Promise<SeatReservation> {
  if (plain && matchId !== undefined)
    return await byColyseus(`${url}/matchmake/joinById/${matchId}`, options);
  const token = plain ? undefined : (await beginSession({ url })).token;
  // By Colyseus' own route, because the API would use an existing match.
  if (matchId === undefined || token === undefined)
    return await byColyseus(`${url}/matchmake/create/${game}`, options, token);
  return (await reserveSeat({ url, token }, { game, name: "load", matchId })).reservation;
}

async function byColyseus(
  route: string,
  options: object | undefined,
  token?: string,
): Promise<SeatReservation> {
  const response = await fetch(route, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ name: "load", ...(options !== undefined && { options }) }),
  });
  if (!response.ok) throw new Error(`no seat by ${route}: ${response.status} ${await response.text()}`);
  return (await response.json()) as SeatReservation;
}
