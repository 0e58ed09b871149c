/**
 * A minimal WebSocket client: binary frames, pings, close. A benchmark of the server shares the machine with its
 * clients, and 800 of these cost less than half a core. Its mask is zero, which the protocol allows and which
 * saves the masking. It offers no compression, and refuses compressed and fragmented frames.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

const opcodes = { binary: 2, close: 8, ping: 9, pong: 10 } as const;
const final = 0x80;
const masked = 0x80;
const maskBytes = 4;
/** What fits into the shortest header, and into the next one. Clients of games send nothing longer. */
const shortBytesMax = 125;
const sendBytesMax = 65_535;

export interface LightSocketListener {
  /** @param payload a view into the receive buffer, valid during the call */
  message(payload: Buffer, socket: LightSocket): void;
  closed(): void;
}

export class LightSocket {
  readonly #socket: Socket;
  readonly #listener: LightSocketListener;
  /** The beginning of a frame whose rest has not arrived yet. */
  #rest: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, listener: LightSocketListener) {
    this.#socket = socket;
    this.#listener = listener;
    socket.on("data", (bytes: Buffer) => this.#receive(bytes));
    socket.on("error", () => {});
    socket.on("close", () => listener.closed());
  }

  /** @param url ws://host:port/path?query @throws when the server refuses the upgrade */
  static async open(url: string, listener: LightSocketListener): Promise<LightSocket> {
    const { hostname, port, host, pathname, search } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    socket.write(
      `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
    );
    const early = await upgraded(socket, url);
    const light = new LightSocket(socket, listener);
    light.#receive(early);
    return light;
  }

  send(payload: Uint8Array): void {
    this.#frame(opcodes.binary, payload);
  }

  close(): void {
    this.#socket.end();
  }

  /** Ends the connection without a close frame. */
  destroy(): void {
    this.#socket.destroy();
  }

  #frame(opcode: number, payload: Uint8Array): void {
    assert(payload.length <= sendBytesMax, `${payload.length} bytes in one frame`);
    const isShort = payload.length <= shortBytesMax;
    const head = (isShort ? 2 : 4) + maskBytes;
    const bytes = Buffer.alloc(head + payload.length);
    bytes[0] = final | opcode;
    bytes[1] = masked | (isShort ? payload.length : 126);
    if (!isShort) bytes.writeUInt16BE(payload.length, 2);
    bytes.set(payload, head);
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const frame = frameAt(bytes, at);
      if (frame === undefined) break;
      const payload = bytes.subarray(frame.start, frame.end);
      if (frame.opcode === opcodes.binary) this.#listener.message(payload, this);
      else if (frame.opcode === opcodes.ping) this.#frame(opcodes.pong, payload);
      else if (frame.opcode === opcodes.close) this.#socket.end();
      at = frame.end;
    }
    this.#rest = bytes.subarray(at);
  }
}

/** The frame that begins at `at`, or undefined when it is not whole yet. */
function frameAt(bytes: Buffer, at: number): { opcode: number; start: number; end: number } | undefined {
  if (at + 2 > bytes.length) return undefined;
  const short = bytes[at + 1]!;
  const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
  if (start > bytes.length) return undefined;
  const length =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  assert((bytes[at]! & 0xf0) === final && short < 128, "a fragmented, compressed or masked frame");
  return start + length > bytes.length
    ? undefined
    : { opcode: bytes[at]! & 0x0f, start, end: start + length };
}

/** @returns the bytes after the answer to the upgrade */
function upgraded(socket: Socket, url: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let answer: Buffer = Buffer.alloc(0);
    const settle = (act: () => void) => {
      socket.removeAllListeners();
      act();
    };
    socket.on("data", (bytes: Buffer) => {
      answer = Buffer.concat([answer, bytes]);
      const end = answer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const status = answer.subarray(0, answer.indexOf("\r\n")).toString("latin1");
      if (status.includes(" 101 ")) settle(() => resolve(answer.subarray(end + 4)));
      else settle(() => reject(new Error(`${url}: ${status}`)));
    });
    socket.on("error", (error) => settle(() => reject(error)));
    socket.on("close", () => settle(() => reject(new Error(`${url}: closed before the upgrade`))));
  });
}
