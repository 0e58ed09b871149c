/** Seats are found by number and session, however the list of them changes. */
import { expect, test } from "vitest";
import { seatIn } from "../../server/match/seat-finder.ts";
import type { SeatState } from "../../server/match/state.ts";
import { nextBelow } from "../../shared/game/deterministic/random.ts";

const seatOf = (seat: number | "spectator", sessionId: string) => ({ seat, sessionId }) as SeatState;

test("[P4.2] a seat is found as by looking at all of them, while seats come, go and change places", () => {
  const random = { random: 7 };
  const seats: SeatState[] = [];
  const names = Array.from({ length: 30 }, (_, at) => `s${at}`);
  for (let step = 0; step < 5000; step++) {
    const what = nextBelow(random, 10);
    if (what === 0 && seats.length < 12) {
      const taken = new Set(seats.map(({ seat }) => seat));
      const seat = nextBelow(random, 14);
      const sessionId = names[nextBelow(random, names.length)]!;
      if (!taken.has(seat) && seats.every((each) => each.sessionId !== sessionId))
        seats.push(seatOf(nextBelow(random, 5) === 0 ? "spectator" : seat, sessionId));
    } else if (what === 1) seats.splice(nextBelow(random, seats.length + 1), 1);
    else if (what === 2) seats.reverse();
    const session = names[nextBelow(random, names.length)]!;
    expect(seatIn(seats, session)).toBe(seats.find(({ sessionId }) => sessionId === session));
    const number = nextBelow(random, 14);
    expect(seatIn(seats, number)).toBe(seats.find(({ seat }) => seat === number));
  }
});
