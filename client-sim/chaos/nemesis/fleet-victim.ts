/**
 * Chooses the room node that is hit next, with its matches and players at that moment. Asks the fleet and its API;
 * injects no fault.
 */
import { fetchMatches } from "../../../shared/client/api.ts";
import { nextBelow } from "../../../shared/game/deterministic/random.ts";
import type { MatchInfo } from "../../../shared/wire/api.ts";
import type { NodeStatusView } from "../../processes/fleet-process.ts";
import { until } from "../until.ts";
import type { FleetSetup } from "../workload/fleet-setup.ts";
import type { FaultKind } from "./fault.ts";

const readyMsMax = 15_000;

/** A room node and the matches that it owns. */
export interface Victim {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  readonly matches: ReadonlyMap<string, MatchInfo>;
}

/** A node that owns a match, else any; waits until there is one. @throws Error when there is none for long */
export async function chooseVictim(setup: FleetSetup): Promise<Victim> {
  const { fleet, random, signal } = setup;
  const candidates: Victim[] = [];
  const look = async () => {
    const rooms = (await readyNodes(setup)).filter(({ role }) => role === "room");
    const all = await fetchMatches({ url: fleet.url });
    for (const { name, pid, port } of rooms) {
      const its = all.filter(({ node }) => node.startsWith(`${name}.`));
      candidates.push({ name, pid: pid!, port, matches: new Map(its.map((match) => [match.id, match])) });
    }
    return candidates.length > 0;
  };
  if (!(await until(look, { msMax: readyMsMax, signal }))) throw new Error("no room node became ready");
  const owners = candidates.filter(({ matches }) => matches.size > 0);
  const those = owners.length > 0 ? owners : candidates;
  return those[nextBelow(random, those.length)]!;
}

export async function readyNodes({ fleet }: FleetSetup): Promise<readonly NodeStatusView[]> {
  const { nodes } = await fleet.view();
  return nodes.filter(({ state, pid }) => state === "ready" && pid !== undefined);
}

/** Tells the recorders of the fault, right after it was injected. */
export function strike(kind: FaultKind, { matches }: Victim, setup: FleetSetup) {
  const ids = [...matches.keys()];
  const players = playersIn(ids, setup);
  const epochOf = (matchId: string) => matches.get(matchId)?.epoch;
  for (const { recorder } of setup.players) recorder.struck({ kind, atMs: performance.now(), epochOf });
  return { kind, matches: ids, players };
}

export function playersIn(matches: readonly string[], { players }: FleetSetup): number {
  return players.filter(({ bot }) => bot.connection && matches.includes(bot.connection.matchId)).length;
}
