/**
 * Takes the failures of operations that Colyseus may leave unawaited, where a rejection would end the process: each
 * is told once, and whoever does wait gets it in the form of this folder, as a code without an address.
 */
import { roomErrorOf } from "./room-error.ts";

export interface Owner {
  /** Rejects for who waits, and for nobody else. */
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
