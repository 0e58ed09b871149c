/**
 * The answer to an upgrade that is not taken: a short HTTP answer, then the connection is closed. Node hands such
 * a connection over with nobody listening to its errors.
 */
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { errorCodes, type HttpErrorCode } from "../../shared/wire/errors.ts";

export interface UpgradeRefusal {
  readonly code: HttpErrorCode;
  readonly retryAfterSeconds?: number;
}

export const noMatchAddress: UpgradeRefusal = { code: "connection/no-address" };

export function refuseUpgrade(connection: Duplex, { code, retryAfterSeconds }: UpgradeRefusal): void {
  connection.on("error", () => {});
  const { status, advice } = errorCodes[code];
  const body = `${code}: ${advice}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
    "Connection: close",
  ];
  // An answer of this size is in the kernel's hands at once; a caller that does not hang up is hung up on.
  connection.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => connection.destroy());
}
