/**
 * The rule of Colyseus' QueueRoom (@colyseus/core 0.18.17, rooms/QueueRoom.ts) with its defaults, read from its
 * source: no team size, so players are grouped one by one and parties are not known to it; no incomplete groups;
 * its own `compare`. Every cycle all who wait are sorted by rank and cut into groups in that order. Its rank is
 * our mu; its cycle, one second by default, is what the comparison stretches. It says nothing about sides.
 */
import { evenSides } from "./even-sides.ts";
import { commonestHome, type PlainSettings } from "./first-come.ts";
import type { Region } from "./population.ts";
import { type MadeMatch, type Queue, type Seated, seatedOf } from "./queue.ts";

/** `maxWaitingCyclesForPriority`: from then on a player joins a group that `compare` refuses. */
const cyclesForPriority = 10;

interface Waiting {
  readonly seated: Seated;
  cycles: number;
  highPriority: boolean;
}

export function queueRoom({ format, everySeconds, regional, even }: PlainSettings): Queue {
  const rooms = new Map<Region | undefined, Waiting[]>();
  const seats = format.teams * format.teamSize;
  return {
    arrive(arrival) {
      const region = regional ? arrival.home : undefined;
      const joining = seatedOf(arrival).map((seated) => ({ seated, cycles: 0, highPriority: false }));
      rooms.set(region, [...(rooms.get(region) ?? []), ...joining]);
    },
    round(nowMs) {
      if ((nowMs / 1000) % everySeconds !== 0) return [];
      const made: MadeMatch[] = [];
      for (const [region, waiting] of rooms) {
        const groups = groupsOf(waiting, seats);
        const gone = new Set(groups.flat());
        rooms.set(
          region,
          waiting.filter((each) => !gone.has(each)),
        );
        for (const group of groups) {
          const players = group.map(({ seated }) => seated);
          const place = region ?? commonestHome(players.map(({ arrival }) => arrival));
          const singles = players.map((each) => [each]);
          made.push({
            region: place,
            sides: even ? evenSides(singles, format) : inTurns(players, format.teams),
          });
        }
      }
      return made;
    },
  };
}

/** Only groups that are full are ready; the others are formed anew in the next cycle. */
function groupsOf(waiting: readonly Waiting[], seats: number): Waiting[][] {
  const ready: Waiting[][] = [];
  let group: Waiting[] = [];
  let total = 0;
  for (const each of [...waiting].sort((a, b) => rankOf(a) - rankOf(b))) {
    const cycles = each.cycles++;
    const average = group.length > 0 ? total / group.length : 0;
    if (average > 0 && !isCompatible(rankOf(each), average) && !each.highPriority) {
      group = [];
      total = 0;
    }
    group.push(each);
    total += rankOf(each);
    if (group.length === seats) {
      ready.push(group);
      group = [];
      total = 0;
    } else if (cycles >= cyclesForPriority) each.highPriority = true;
  }
  return ready;
}

const rankOf = ({ seated }: Waiting) => seated.player.rating.mu;

function isCompatible(rank: number, average: number): boolean {
  const difference = Math.abs(rank - average);
  return difference < 10 || difference / average <= 2;
}

/** One for each side in turn: kinder than cutting the sorted group in the middle. */
function inTurns(players: readonly Seated[], sides: number): Seated[][] {
  return Array.from({ length: sides }, (_, side) => players.filter((_, at) => at % sides === side));
}
