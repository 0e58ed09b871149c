/**
 * A WebSocket connection whose owner decides every byte: whole messages, parts of frames, wrong lengths, and an end at
 * any moment. It does not interpret answers and keeps only the token, which a return needs.
 */
import { connect, type Socket } from "node:net";

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
export type Opcode = keyof typeof opcodes;

const joinKind = 10;
const kindMask = 0x1f;
const openMsMax = 5000;
/** Limit of received bytes that are kept; more are ignored. */
const keptBytesMax = 64 * 1024;

export interface RawTarget {
  readonly host: string;
  readonly port: number;
  /** Source address; each counts as a separate client. */
  readonly localAddress: string;
}

export class RawSocket {
  readonly #socket: Socket;
  #said: Buffer = Buffer.alloc(0);
  #listeners: (() => void)[] = [];
  closed = false;

  constructor({ host, port, localAddress }: RawTarget) {
    this.#socket = connect({ host, port, localAddress, noDelay: true });
    this.#socket.on("data", (bytes: Buffer) => {
      if (this.#said.length < keptBytesMax) this.#said = Buffer.concat([this.#said, bytes]);
      this.#wake();
    });
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => {
      this.closed = true;
      this.#wake();
    });
  }

  /** Asks for the upgrade. @param target path and query, exactly as sent */
  ask(target: string, host: string, headers = ""): void {
    this.write(
      `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: aG9sZGZhc3QtZnV6eiEhIQ==\r\n${headers}\r\n`,
    );
  }

  get upgraded(): boolean {
    return this.#said.indexOf("HTTP/1.1 101 ") === 0 && this.#said.includes("\r\n\r\n");
  }

  /** The connection's token, once the room has answered the join. */
  get token(): string | undefined {
    const end = this.#said.indexOf("\r\n\r\n");
    const frame = this.#said.subarray(end + 4);
    if (end < 0 || frame.length < 4) return undefined;
    const start = (frame[1]! & 0x7f) < 126 ? 2 : 4;
    if ((frame[start]! & kindMask) !== joinKind) return undefined;
    return frame.toString("utf8", start + 2, start + 2 + frame[start + 1]!);
  }

  /** Resolves when the condition is met, when the connection has ended, or at the limit. */
  async until(condition: () => boolean, msMax = openMsMax): Promise<boolean> {
    const endMs = performance.now() + msMax;
    while (!condition() && !this.closed && performance.now() < endMs)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(0, endMs - performance.now()));
        this.#listeners.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    return condition();
  }

  /** @returns whether it was sent */
  message(payload: Uint8Array, opcode: Opcode = "binary"): boolean {
    return this.write(framed(payload, { opcode }));
  }

  write(bytes: Uint8Array | string): boolean {
    if (this.closed || !this.#socket.writable) return false;
    this.#socket.write(bytes);
    return true;
  }

  end(how: "reset" | "close" | "goodbye"): void {
    if (how === "goodbye") this.message(Buffer.of(0x0f, 0xa0), "close");
    if (how === "reset") this.#socket.resetAndDestroy();
    else if (how === "close") this.#socket.destroy();
    else this.#socket.destroySoon();
  }

  #wake(): void {
    for (const listener of this.#listeners.splice(0)) listener();
  }
}

export interface Framing {
  readonly opcode: Opcode;
  readonly final?: boolean;
  /** A wrong length for the header. */
  readonly length?: number;
  readonly masked?: boolean;
}

/** One WebSocket frame of a client; its mask is zero, which the protocol allows. */
export function framed(
  payload: Uint8Array,
  { opcode, final = true, length, masked = true }: Framing,
): Buffer {
  const said = length ?? payload.length;
  const mask = masked ? Buffer.alloc(4) : Buffer.alloc(0);
  const head = Buffer.alloc(said < 126 ? 2 : 4);
  head[0] = (final ? 0x80 : 0) | opcodes[opcode];
  head[1] = (masked ? 0x80 : 0) | Math.min(said, 126);
  if (said >= 126) head.writeUInt16BE(said & 0xffff, 2);
  return Buffer.concat([head, mask, payload]);
}
