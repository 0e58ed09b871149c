/** Watches a fault from outside: do its matches have owners, and do sockets to the node stay open? */
import { fetchMatches } from "../../../shared/client/api.ts";
import type { MatchInfo } from "../../../shared/wire/api.ts";
import { StaleOwnerDetector } from "../history/stale-owner-detector.ts";
import { until } from "../until.ts";
import type { FleetSetup } from "../workload/fleet-setup.ts";
import type { Victim } from "./fleet-victim.ts";

/** Limit until a match has its next owner, or until all nodes have noticed that Redis is back. */
const ownerMsMax = 15_000;
/** Limit until a node that lost its matches has closed their sockets. */
const closedMsMax = 10_000;
const detectorsMax = 2;

/** Waits until each of the victim's matches has a new owner. @returns those that have none */
export function ownerless({ matches }: Victim, setup: FleetSetup): Promise<readonly string[]> {
  return missing([...matches.keys()], ({ id, epoch }) => epoch > matches.get(id)!.epoch, setup);
}

/** Waits until each of the matches has an owner and makes ticks. @returns those that do not */
export function standing(before: readonly MatchInfo[], setup: FleetSetup): Promise<readonly string[]> {
  const ticks = new Map(before.map(({ id, tick }) => [id, tick]));
  return missing([...ticks.keys()], ({ id, tick }) => tick > ticks.get(id)!, setup);
}

async function missing(
  ids: readonly string[],
  isRight: (match: MatchInfo) => boolean,
  { fleet, players, signal }: FleetSetup,
): Promise<readonly string[]> {
  let left: readonly string[] = ids;
  const isOver = (id: string) =>
    players.some(({ recorder }) => recorder.visits.some(({ matchId, sawEnd }) => matchId === id && sawEnd));
  const look = async () => {
    const now = await fetchMatches({ url: fleet.url }).catch(() => []);
    const right = new Set(
      now.filter((match) => ids.includes(match.id) && isRight(match)).map(({ id }) => id),
    );
    left = left.filter((id) => !right.has(id) && !isOver(id));
    return left.length === 0;
  };
  await until(look, { msMax: ownerMsMax, signal });
  return left;
}

export async function openDetectors(
  { port, matches }: Victim,
  { fleet, game, signal }: FleetSetup,
): Promise<readonly StaleOwnerDetector[]> {
  const open = [...matches.keys()].slice(0, detectorsMax).map((matchId) =>
    // The match may have just ended.
    StaleOwnerDetector.open({ url: fleet.url, game: game.name, matchId, nodePort: port }).catch(
      () => undefined,
    ),
  );
  const detectors = (await Promise.all(open)).filter((detector) => detector !== undefined);
  await until(() => detectors.every(({ states, closed }) => states > 0 || closed), {
    msMax: closedMsMax,
    signal,
  });
  return detectors;
}

/** @returns the number of sockets that the node keeps open */
export async function openAfterAll(
  detectors: readonly StaleOwnerDetector[],
  { signal }: FleetSetup,
): Promise<number> {
  await until(() => detectors.every(({ closed }) => closed), { msMax: closedMsMax, signal });
  return detectors.filter(({ closed }) => !closed).length;
}
