/**
 * Wakes a sleeping match of the fleet: asks nodes that fit, best first, to take it, until one has it. It owns no match and
 * decides nothing about seats: afterwards the match has an owner like any other. Every matchmaker prefers the same nodes for
 * a match, so that several of them ask one node. A match that none could open for a minute gets a final answer, each time it
 * was tried once more.
 */
import type { SteadyClock } from "../../shared/clock.ts";
import type { ErrorCode } from "../../shared/wire/errors.ts";
import type { MatchLocator } from "./match-locator.ts";
import type { RegisteredNode } from "./node-registry.ts";
import { offered } from "./offers.ts";
import { Patience } from "./patience.ts";
import { candidates, headroom } from "./placement.ts";
import type { CatalogueMatch, Peers } from "./ports.ts";
import { rendezvousOrder } from "./rendezvous.ts";

/** How many nodes one match is offered to. */
const offersMax = 2;
const answerMsMax = 3000;
/** Longer than a node needs to start again. */
const patienceMs = 60_000;

export interface FleetWakingParts {
  readonly locator: Pick<MatchLocator, "addressOf" | "nodes">;
  readonly peers: Peers;
  /** The match, if it sleeps. @throws StoreError (rejects) */
  readonly asleep: (matchId: string) => Promise<CatalogueMatch | undefined>;
  readonly nowMs: SteadyClock;
}

type FleetWoken =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail: string };

/** Resolves at once for a match that does not sleep. */
export type WakeInFleet = (matchId: string) => Promise<FleetWoken>;

const awake: FleetWoken = { ok: true };

export function fleetWaking({ locator, peers, asleep, nowMs }: FleetWakingParts): WakeInFleet {
  const underWay = new Map<string, Promise<FleetWoken>>();
  const patience = new Patience(nowMs);
  const isAwake = (matchId: string): FleetWoken => {
    patience.succeeded(matchId);
    return awake;
  };
  const wake = async (matchId: string): Promise<FleetWoken> => {
    const match = await asleep(matchId);
    if (match === undefined) return isAwake(matchId);
    const { game, version, formats } = match;
    const able = candidates(locator.nodes(), { game, version, formats });
    const { settled, others } = await offered({
      targets: preferred(able, matchId),
      ask: ({ entry }) => peers.offer(entry.address, { id: matchId, epoch: match.epoch }, answerMsMax),
      mayDiffer: (answer) => !answer.ok,
    });
    if (settled !== undefined) return isAwake(matchId);
    // Somebody else may have woken it meanwhile, and every node refused for that.
    if ((await asleep(matchId)) === undefined) return isAwake(matchId);
    const why = whyNot(match, able, others);
    const isFinal = why !== undefined && patience.failed(matchId) >= patienceMs;
    if (isFinal) return { ok: false, code: "match/no-node", detail: `match "${matchId}" sleeps on: ${why}` };
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

/** In words; undefined when every node that could open it is only full now. */
function whyNot(
  { game, version }: CatalogueMatch,
  able: readonly RegisteredNode[],
  others: readonly ({ readonly ok: true } | { readonly ok: false; readonly reason: string } | undefined)[],
): string | undefined {
  if (able.length === 0) return `no node has ${game} in version ${version}, or a newer one`;
  if (able.every(({ entry }) => entry.load.full)) return undefined;
  const said = others.findLast((answer) => answer?.ok === false);
  return said?.ok === false ? `a node refused it: ${said.reason}` : "no node answered";
}

function preferred(nodes: readonly RegisteredNode[], matchId: string): readonly RegisteredNode[] {
  const willing = nodes.filter(({ entry }) => !entry.load.full);
  return rendezvousOrder(willing, matchId, {
    nameOf: ({ entry }) => entry.node,
    weightOf: ({ entry }) => headroom(entry.load),
  }).slice(0, offersMax);
}
