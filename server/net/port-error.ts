/**
 * A place to listen, or an address, that cannot be used: what was tried, why it failed, what to do. A setting is
 * wrong or another process has the port; a retry does not help. `code` is in shared/wire/errors.ts.
 */
import type { ErrorCode } from "../../shared/wire/errors.ts";
import { hostAndPort, type ListenPlace } from "./address.ts";

export class PortError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "PortError";
    this.code = code;
  }
}

/** Explains the system error of an attempt to listen; returns any other error unchanged. */
export function listenFailure(error: Error & { code?: string }, { host, port, fd }: ListenPlace): Error {
  const tried = fd === undefined ? hostAndPort(host, port) : `the socket ${fd} that it was given`;
  switch (error.code) {
    case "EADDRINUSE":
      return new PortError(
        "port/taken",
        `cannot listen on ${tried}: the port is in use. Stop the program that has it, or choose another one with --port`,
        { cause: error },
      );
    case "EACCES":
    case "EPERM":
      return new PortError(
        "port/not-allowed",
        `cannot listen on ${tried}: this user may not. Choose a --port of 1024 or more`,
        { cause: error },
      );
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
    case "ENOTFOUND":
    case "EINVAL":
    case "EBADF":
    case "ENOTSOCK":
      return new PortError(
        "host/unusable",
        `cannot listen on ${tried}: this machine has no such address (${error.code}). Check --host`,
        { cause: error },
      );
    default:
      return error;
  }
}
