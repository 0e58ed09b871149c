/**
 * Wakes a sleeping match of the fleet: asks nodes that fit, best first, to take it, until one has it. It owns no match and
 * decides nothing about seats: afterwards the match has an owner like any other. Every matchmaker prefers the same nodes for
 * a match, so that several of them ask one node.
 */
import type { ErrorCode } from "../../shared/wire/errors.ts";
import type { MatchLocator } from "./match-locator.ts";
import type { RegisteredNode } from "./node-registry.ts";
import { offered } from "./offers.ts";
import { candidates, headroom } from "./placement.ts";
import type { CatalogueMatch, Peers } from "./ports.ts";
import { rendezvousOrder } from "./rendezvous.ts";

/** How many nodes one match is offered to. */
const offersMax = 2;
const answerMsMax = 3000;

export interface FleetWakingParts {
  readonly locator: Pick<MatchLocator, "addressOf" | "nodes">;
  readonly peers: Peers;
  /** The match, if it sleeps. @throws StoreError (rejects) */
  readonly asleep: (matchId: string) => Promise<CatalogueMatch | undefined>;
}

type FleetWoken =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail: string };

/** Resolves at once for a match that does not sleep. */
export type WakeInFleet = (matchId: string) => Promise<FleetWoken>;

const awake: FleetWoken = { ok: true };

export function fleetWaking({ locator, peers, asleep }: FleetWakingParts): WakeInFleet {
  const underWay = new Map<string, Promise<FleetWoken>>();
  const wake = async (matchId: string): Promise<FleetWoken> => {
    const match = await asleep(matchId);
    if (match === undefined) return awake;
    const { game, version, formats } = match;
    const { settled } = await offered({
      targets: preferred(candidates(locator.nodes(), { game, version, formats }), matchId),
      ask: ({ entry }) => peers.offer(entry.address, { id: matchId, epoch: match.epoch }, answerMsMax),
      mayDiffer: (answer) => !answer.ok,
    });
    if (settled !== undefined) return awake;
    // Somebody else may have woken it meanwhile, and every node refused for that.
    if ((await asleep(matchId)) === undefined) return awake;
    return { ok: false, code: "match/waking", detail: `no node could wake match "${matchId}" now` };
  };
  return (matchId) => {
    if (locator.addressOf(matchId) !== undefined) return Promise.resolve(awake);
    const before = underWay.get(matchId);
    if (before !== undefined) return before;
    const woken = wake(matchId).finally(() => underWay.delete(matchId));
    underWay.set(matchId, woken);
    return woken;
  };
}

function preferred(nodes: readonly RegisteredNode[], matchId: string): readonly RegisteredNode[] {
  const willing = nodes.filter(({ entry }) => !entry.load.full);
  return rendezvousOrder(willing, matchId, {
    nameOf: ({ entry }) => entry.node,
    weightOf: ({ entry }) => headroom(entry.load),
  }).slice(0, offersMax);
}
