/** An expected no to a client that joins, in Colyseus' form: a number for its protocol, our code in the message. */
import { ErrorCode as ColyseusCode, ServerError } from "@colyseus/core";
import { type ErrorCode, isErrorCode } from "../../shared/wire/errors.ts";

/** What a store threw, for who asks from another process: Colyseus carries the message alone there. */
export function roomErrorOf(error: Error & { code?: unknown }): Error {
  const { code, message } = error;
  return error instanceof RoomError || !isErrorCode(code) ? error : new RoomError(code, message);
}

/** The same call, which rejects in the form of this folder. */
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
