/**
 * The answer to a refused upgrade: a short HTTP response, then the connection is closed. Node hands over such a
 * connection without an error listener.
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
  // The kernel accepts an answer of this size at once. The connection is closed even when the caller does not close
  // it.
  connection.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => connection.destroy());
}
