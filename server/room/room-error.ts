/** An expected no to a client that joins, in Colyseus' form: a number for its protocol, our code in the message. */
import { ErrorCode as ColyseusCode, ServerError } from "@colyseus/core";
import type { ErrorCode } from "../../shared/wire/errors.ts";

export class RoomError extends ServerError {
  readonly reason: ErrorCode;
  constructor(reason: ErrorCode, detail?: string) {
    super(ColyseusCode.APPLICATION_ERROR, detail === undefined ? reason : `${reason}: ${detail}`);
    this.reason = reason;
  }
}
