/**
 * Handles failures of operations that Colyseus may not await, where a rejection would end the process. Each is logged
 * once; a caller that does await gets a RoomError, a code without an address.
 */
import { roomErrorOf } from "./room-error.ts";

export interface Owner {
  /** The promise rejects for a caller that awaits it and is never an unhandled rejection. */
  own<Answer>(call: Promise<Answer>): Promise<Answer>;
  /** Never rejects. */
  calm<Answer>(call: Promise<Answer>, otherwise: Answer): Promise<Answer>;
}

export function ownedBy(onError: (error: Error) => void): Owner {
  return {
    own(call) {
      const owned = call.catch((error: Error) => {
        onError(error);
        throw roomErrorOf(error);
      });
      owned.catch(() => {});
      return owned;
    },
    calm: (call, otherwise) =>
      call.catch((error: Error) => {
        onError(error);
        return otherwise;
      }),
  };
}
