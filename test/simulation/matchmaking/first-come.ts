/**
 * First come, first served: in order of arrival, each party to the first side that has room for it; a
 * party that does not fit waits for the next match. `everySeconds` collects arrivals for this long before it deals them.
 */
import { evenSides } from "./even-sides.ts";
import type { Arrival, Region } from "./population.ts";
import { type Format, type MadeMatch, type Queue, seatedOf } from "./queue.ts";

export interface PlainSettings {
  readonly format: Format;
  readonly everySeconds: number;
  /** One queue for each region, or one for the world. */
  readonly regional: boolean;
  /** Deal the players of a match anew over its sides, as evenly as parties allow. */
  readonly even: boolean;
}

export function firstCome({ format, everySeconds, regional, even }: PlainSettings): Queue {
  let waiting: Arrival[] = [];
  const matchFrom = (queue: readonly Arrival[]): Arrival[][] | undefined => {
    const sides: Arrival[][] = Array.from({ length: format.teams }, () => []);
    const room = sides.map(() => format.teamSize);
    for (const arrival of queue) {
      const side = room.findIndex((free) => free >= arrival.players.length);
      if (side < 0) continue;
      sides[side]!.push(arrival);
      room[side]! -= arrival.players.length;
      if (room.every((free) => free === 0)) return sides;
    }
    return undefined;
  };
  return {
    arrive: (arrival) => void waiting.push(arrival),
    round(nowMs) {
      if ((nowMs / 1000) % everySeconds !== 0) return [];
      const made: MadeMatch[] = [];
      for (const region of regional ? new Set(waiting.map(({ home }) => home)) : [undefined]) {
        const queue = () => waiting.filter(({ home }) => region === undefined || home === region);
        for (let sides = matchFrom(queue()); sides; sides = matchFrom(queue())) {
          const all = sides.flat();
          waiting = waiting.filter((arrival) => !all.includes(arrival));
          const dealt = even
            ? evenSides(all.map(seatedOf), format)
            : sides.map((side) => side.flatMap(seatedOf));
          made.push({ region: region ?? commonestHome(all), sides: dealt });
        }
      }
      return made;
    },
  };
}

/** Where the match of a worldwide queue is played. */
export function commonestHome(arrivals: readonly Arrival[]): Region {
  const counts = new Map<Region, number>();
  for (const { home, players } of arrivals) counts.set(home, (counts.get(home) ?? 0) + players.length);
  return [...counts].sort((a, b) => b[1] - a[1])[0]![0];
}
