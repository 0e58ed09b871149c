/**
 * The sockets of a durable room: its clients know no notices of ours, and nothing is said to them but that they are sent away.
 * It decides nothing.
 */
import { RoomSockets } from "../room-sockets.ts";

/** Those of a room whose clients know no notices of ours. */
export class QuietSockets extends RoomSockets {
  readonly #onSendAway: () => void;

  constructor(parts: ConstructorParameters<typeof RoomSockets>[0] & { readonly onSendAway: () => void }) {
    super(parts);
    this.#onSendAway = parts.onSendAway;
  }

  override notify(): void {}

  override sendAway(): void {
    this.#onSendAway();
    super.sendAway();
  }
}
