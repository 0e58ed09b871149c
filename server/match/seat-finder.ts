/**
 * Finds a seat of a match by its number or its session without looking at all of them: each input and each client of a patch
 * asks, so with 200 players it was 200 × 200. It remembers where it found each one, and looks there first; what it finds there
 * is checked, so the list may change in any way.
 */
import type { Seat } from "../../shared/game/game.ts";

interface FoundSeat {
  readonly seat: Seat | "spectator";
  readonly sessionId: string;
}
type SeatKey = string | Seat;

/** Where each was found last, by number and by session. */
const places = new WeakMap<readonly FoundSeat[], Map<SeatKey, number>>();
/** Sessions that are gone are remembered until there are so many more than seats. */
const staleMax = 64;

/** @returns the seat of this number or session; undefined: there is none */
export function seatIn<Found extends FoundSeat>(seats: readonly Found[], key: SeatKey): Found | undefined {
  const known = placesOf(seats);
  const there = seats[known.get(key) ?? 0];
  if (there !== undefined && hasKey(there, key)) return there;
  const at = seats.findIndex((seat) => hasKey(seat, key));
  if (at < 0) return undefined;
  if (known.size > 2 * seats.length + staleMax) known.clear();
  known.set(key, at);
  return seats[at];
}

/** A session is a text and a seat's number is none; spectators have no number. */
function hasKey({ seat, sessionId }: FoundSeat, key: SeatKey): boolean {
  return typeof key === "number" ? seat === key : sessionId === key;
}

function placesOf(seats: readonly FoundSeat[]): Map<SeatKey, number> {
  let known = places.get(seats);
  if (known === undefined) {
    known = new Map();
    places.set(seats, known);
  }
  return known;
}
