/** Books seats on the nodes of a fleet: a running match on its node, a new one on a node with room. */
import type { BookingRequest, BookingResponse } from "../../shared/wire/booking.ts";
import { type ErrorCode, errorCodes } from "../../shared/wire/errors.ts";
import type { MatchLocator } from "./match-locator.ts";
import { offered } from "./offers.ts";
import { placements } from "./placement.ts";

/**
 * How many nodes one proposal is offered to. A node that did not answer may have created the match: nobody comes to
 * it, and it ends by its own rules.
 */
const offersMax = 2;

/** The answer to a booking, and where clients reach the node past the load balancer. */
export type RemoteBooking =
  | { readonly ok: true; readonly response: BookingResponse; readonly address?: string }
  | { readonly ok: false; readonly code: ErrorCode };

export interface FleetBookingParts {
  readonly locator: Pick<MatchLocator, "ownerOf" | "nodes">;
  readonly nodes: {
    /** Rejects when the node does not answer. */
    book(address: string, request: BookingRequest): Promise<RemoteBooking>;
  };
  readonly games: readonly { readonly name: string; readonly version: number }[];
}

type Book = (
  request: BookingRequest,
  where: { readonly region: string; readonly signal: AbortSignal },
) => Promise<RemoteBooking>;

export function fleetBooking({ locator, nodes, games }: FleetBookingParts): Book {
  return async (request, { region, signal }) => {
    if (request.matchId !== undefined) {
      const address = await locator.ownerOf(request.matchId);
      if (address === undefined) return { ok: false, code: "match/unknown" };
      const booked = await nodes.book(address, request);
      const owner = locator.nodes().find(({ entry }) => entry.address === address);
      return booked.ok && owner !== undefined ? { ...booked, ...addressOf(owner.entry) } : booked;
    }
    const name = request.newMatch!.game;
    const need = { game: name, version: games.find((game) => game.name === name)!.version, region };
    const { settled, others } = await offered({
      targets: placements(locator.nodes(), need, request.proposalId).slice(0, offersMax),
      ask: ({ entry }) => nodes.book(entry.address, request),
      mayDiffer: (answer) => !answer.ok && errorCodes[answer.code].otherNode === true,
      signal,
    });
    if (settled === undefined)
      return others.length === 0
        ? { ok: false, code: "fleet/no-room" }
        : (others.at(-1) ?? { ok: false, code: "seating/no-answer" });
    const { answer, target } = settled;
    return answer.ok ? { ...answer, ...addressOf(target.entry) } : answer;
  };
}

function addressOf({ publicAddress }: { publicAddress?: string }): { address?: string } {
  return publicAddress === undefined ? {} : { address: publicAddress };
}
