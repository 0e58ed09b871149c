/** A refusal for a client that joins, in Colyseus' form: a number for its protocol, our code in the message. */
import { ErrorCode as ColyseusCode, ServerError } from "@colyseus/core";
import { type ErrorCode, isErrorCode } from "../../shared/wire/errors.ts";

/** An error of the store, for a caller in another process: Colyseus only sends the message there. */
export function roomErrorOf(error: Error & { code?: unknown }): Error {
  const { code, message } = error;
  return error instanceof RoomError || !isErrorCode(code) ? error : new RoomError(code, message);
}

/** The same call, with rejections turned into a RoomError. */
export function worded<Answer>(call: Promise<Answer>): Promise<Answer> {
  return call.catch((error) => Promise.reject(roomErrorOf(error)));
}

export class RoomError extends ServerError {
  readonly reason: ErrorCode;
  constructor(reason: ErrorCode, detail?: string) {
    super(ColyseusCode.APPLICATION_ERROR, detail === undefined ? reason : `${reason}: ${detail}`);
    this.reason = reason;
  }
}
