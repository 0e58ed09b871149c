/**
 * Who has a place in the room of a match, as those ask who give out places: queues, joins through the API, lists. A room of a
 * game and a durable room answer it each in their way. It decides nothing.
 */
import type { Seat } from "../../shared/game/game.ts";

export interface RoomSeats {
  /** Whether a queue created the match; then only the queue assigns seats. */
  readonly isBooked: boolean;
  /** Whether a player who asks now would get a seat. */
  readonly takesPlayers: boolean;
  readonly seatsMax: number;
  /** The room asked not to be listed: who knows its id may join it. */
  readonly isHidden: boolean;
  /** The room has locked itself: its queue need not send it more players. */
  readonly wantsNobody: boolean;
  /** Seats that are neither taken nor reserved. */
  freeSeats(): readonly Seat[];
  /** Players with a seat or a reservation of a certain one. */
  seated(): readonly { readonly seat: Seat; readonly userId: string }[];
}
