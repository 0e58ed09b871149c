/** Books seats on the nodes of a fleet: a running match on its node, a new one on a node with room. */
import type { AnyGame } from "../../../shared/game/game.ts";
import { errorCodes } from "../../../shared/wire/errors.ts";
import type { NodeClient } from "../../api/node-client.ts";
import type { MatchLocator } from "../../fleet/match-locator.ts";
import { placements } from "../../fleet/placement.ts";
import type { Booked, SeatingParts } from "./seating.ts";

/**
 * How many nodes one proposal is offered to. A node that did not answer may have created the match: nobody comes to
 * it, and it ends by its own rules.
 */
const offersMax = 2;

export interface FleetBookingParts {
  readonly locator: MatchLocator;
  readonly nodes: NodeClient;
  readonly games: readonly AnyGame[];
}

export function fleetBooking({ locator, nodes, games }: FleetBookingParts): SeatingParts["book"] {
  return async (request, { region, signal }): Promise<Booked> => {
    if (request.matchId !== undefined) {
      const address = await locator.ownerOf(request.matchId);
      if (address === undefined) return { ok: false, code: "match/unknown" };
      const booked = await nodes.book(address, request);
      const owner = locator.nodes().find(({ entry }) => entry.address === address);
      return booked.ok && owner !== undefined ? { ...booked, ...addressOf(owner.entry) } : booked;
    }
    const name = request.newMatch!.game;
    const need = { game: name, version: games.find((game) => game.name === name)!.version, region };
    let last: Booked = { ok: false, code: "fleet/no-room" };
    for (const { entry } of placements(locator.nodes(), need, request.proposalId).slice(0, offersMax)) {
      if (signal.aborted) break;
      try {
        const booked = await nodes.book(entry.address, request);
        if (booked.ok) return { ...booked, ...addressOf(entry) };
        if (!errorCodes[booked.code].otherNode) return booked;
        last = booked;
      } catch {
        // The node died or does not answer: the next one is asked.
        last = { ok: false, code: "seating/no-answer" };
      }
    }
    return last;
  };
}

function addressOf({ publicAddress }: { publicAddress?: string }): { address?: string } {
  return publicAddress === undefined ? {} : { address: publicAddress };
}
