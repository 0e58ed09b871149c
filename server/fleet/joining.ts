/** Gets a player of no queue into a match of the fleet: into the named one, or on the nodes that fit best. */
import type { Joiner, JoinRequest, JoinResponse } from "../../shared/wire/api.ts";
import { type ErrorCode, errorCodes } from "../../shared/wire/errors.ts";
import type { WakeInFleet } from "./fleet-waking.ts";
import { joinTargets } from "./join-target.ts";
import type { MatchLocator } from "./match-locator.ts";
import { offered } from "./offers.ts";

/** How many nodes one join is offered to. */
const offersMax = 3;

export type RemoteJoin =
  | { readonly ok: true; readonly response: JoinResponse }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail: string };

export interface FleetJoinParts {
  readonly locator: Pick<MatchLocator, "ownerOf" | "nodes">;
  readonly nodes: {
    /** Rejects when the node does not answer. */
    join(address: string, request: JoinRequest, joiner: Joiner): Promise<RemoteJoin>;
  };
  readonly games: readonly { readonly name: string }[];
  /** Whether the catalogue lists the match as running, with or without an owner. @throws StoreError (rejects) */
  readonly isRunning: (matchId: string) => Promise<boolean>;
  readonly wake: WakeInFleet;
}

/** @returns a function that throws StoreError (rejects) when only the store could tell what became of a match */
export function fleetJoin({ locator, nodes, games, isRunning, wake }: FleetJoinParts) {
  return async (request: JoinRequest, joiner: Joiner): Promise<RemoteJoin> => {
    const { matchId, game } = request;
    if (matchId === undefined && !games.some(({ name }) => name === game))
      return { ok: false, code: "game/unknown", detail: `no game "${game}" here` };
    if (matchId !== undefined) {
      const woken = await wake(matchId);
      if (!woken.ok) return woken;
      // It may be between two owners.
      await locator.ownerOf(matchId);
    }
    const { settled, others } = await offered({
      targets: joinTargets(locator.nodes(), request).slice(0, offersMax),
      ask: (address) => nodes.join(address, request, joiner),
      mayDiffer: (answer) => !answer.ok && mayDiffer(answer.code, request),
    });
    const answer = settled?.answer ?? others.findLast((each) => each !== undefined && !isOutdated(each));
    if (matchId === undefined)
      return answer ?? { ok: false, code: "fleet/no-room", detail: "no room node took the join" };
    if (answer !== undefined && (answer.ok || answer.code !== "match/unknown")) return answer;
    // "Unknown" is final for a client. A node that renews no lease, is dead, or gave the match away does not make it so.
    return (await isRunning(matchId))
      ? { ok: false, code: "match/moving", detail: `match "${matchId}" has no owner right now` }
      : { ok: false, code: "match/unknown", detail: `no running match "${matchId}"` };
  };
}

/** A player who wants no new match may find an open one on the next node. */
function mayDiffer(code: ErrorCode, { create }: JoinRequest): boolean {
  return errorCodes[code].otherNode === true || (create === false && code === "match/unknown");
}

/** A node with another secret started before Redis lost its data: it will be replaced. */
const isOutdated = (answer: RemoteJoin) => !answer.ok && answer.code === "request/forbidden";
