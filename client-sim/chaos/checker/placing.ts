/**
 * Finds for every state that a player saw the tick of the journal that it belongs to, and says whether the journal shows
 * the same. A View that says its tick has one; any other has its place by order: the first tick from the one before on
 * that shows the same. So what a player saw must be there, and in the order in which they saw it.
 */
import type { Journal } from "../history/journal.ts";
import type { MatchVisit, SeenConnection } from "../history/match-history.ts";

type PlacedState = readonly [tick: number, hash: string, own?: readonly string[]];

export interface PlacedConnection extends Omit<SeenConnection, "states"> {
  readonly seat: MatchVisit["seat"];
  readonly states: readonly PlacedState[];
}

export interface PlacedVisit extends Omit<MatchVisit, "connections"> {
  readonly connections: readonly PlacedConnection[];
}

export function placed(visit: MatchVisit, journal: Journal): PlacedVisit {
  const { seat } = visit;
  let from = 0;
  const connections = visit.connections.map((connection) => ({
    ...connection,
    seat,
    states: connection.states.map(([said, hash, own], index): PlacedState => {
      if (said !== undefined && journal.showsTick) return [said, hash, own ?? []];
      const found = firstTick(from, journal.lastTick, (tick) => {
        const showsSame = journal.ticks.get(tick)?.view === hash;
        return showsSame && (index === 0 || showsOwn(journal, tick, seat, own ?? []));
      });
      from = found ?? from;
      return [from, hash, own ?? []];
    }),
  }));
  return { ...visit, connections };
}

/**
 * The journal shows at this tick what the player saw. With the first state of a connection their own part may be newer
 * than the rest, up to the next state: it is as of when they came.
 */
export function agrees({ seat, states }: PlacedConnection, index: number, journal: Journal): boolean {
  const [tick, hash, own = []] = states[index]!;
  if (journal.ticks.get(tick)?.view !== hash) return false;
  const last = index > 0 ? tick : (states[1]?.[0] ?? journal.lastTick);
  return own.every(
    (_, part) =>
      firstTick(tick, Math.max(tick, last), (each) => showsOwn(journal, each, seat, own, part)) !== undefined,
  );
}

/** A seat that the match did not have yet at that tick had nothing of its own. @param only one of the parts, or all */
function showsOwn(
  { ticks }: Journal,
  tick: number,
  seat: MatchVisit["seat"],
  own: readonly string[],
  only?: number,
): boolean {
  const kept = ticks.get(tick)?.own?.[seat];
  if (kept === undefined) return true;
  return own.every((hash, part) => (only !== undefined && only !== part) || kept[part] === hash);
}

function firstTick(from: number, to: number, is: (tick: number) => boolean): number | undefined {
  for (let tick = from; tick <= to; tick++) if (is(tick)) return tick;
  return undefined;
}
