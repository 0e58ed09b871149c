/**
 * The arena on bare sockets: the WebSocket's frames are written and read by hand, one buffer and one write for each
 * patch and player. It takes only what the light clients send (short binary frames with a mask of zeros, whole), and is about the
 * least that Node can do for these rules. No server for strangers.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { enter, type PlayerLine, prefixBytes, serveSeats, writePrefix } from "./own-server.ts";
import { answerOrders } from "./peer-process.ts";

/** Of RFC 6455. */
const acceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const finalBinaryFrame = 0x82;
const maskBytes = 4;
const shortMax = 125;
const mediumMax = 65_535;

answerOrders(() =>
  serveSeats((http) => {
    http.on("upgrade", (request: IncomingMessage, socket: Socket) => {
      const key = request.headers["sec-websocket-key"];
      const accept = createHash("sha1").update(`${key}${acceptSuffix}`).digest("base64");
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
          `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      socket.setNoDelay(true);
      const entered = enter(request, lineOf(socket));
      socket.on("data", framesOf(entered.heard));
      socket.on("error", () => {});
      socket.on("close", () => entered.left());
    });
  }),
);

function lineOf(socket: Socket): PlayerLine {
  return {
    send(message) {
      const at = headerBytes(message.length);
      const frame = Buffer.allocUnsafe(at + message.length);
      writeHeader(frame, message.length);
      frame.set(message, at);
      socket.write(frame);
    },
    patch(prefix, changes) {
      const length = prefixBytes + changes.length;
      const frame = Buffer.allocUnsafe(headerBytes(length) + length);
      frame.set(changes, writePrefix(frame, writeHeader(frame, length), prefix));
      socket.write(frame);
    },
  };
}

function headerBytes(length: number): number {
  return length <= shortMax ? 2 : length <= mediumMax ? 4 : 10;
}

/** @returns the offset behind it */
function writeHeader(frame: Buffer, length: number): number {
  frame[0] = finalBinaryFrame;
  if (length <= shortMax) {
    frame[1] = length;
    return 2;
  }
  frame[1] = length <= mediumMax ? 126 : 127;
  return length <= mediumMax ? frame.writeUInt16BE(length, 2) : frame.writeBigUInt64BE(BigInt(length), 2);
}

/** Cuts what arrives into frames. */
function framesOf(heard: (message: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (at + 2 <= bytes.length) {
      const start = at + 2 + maskBytes;
      const end = start + (bytes[at + 1]! & 0x7f);
      if (end > bytes.length) break;
      if (bytes[at] === finalBinaryFrame) heard(bytes.subarray(start, end));
      at = end;
    }
    rest = bytes.subarray(at);
  };
}
