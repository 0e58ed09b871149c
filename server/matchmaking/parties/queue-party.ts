/**
 * Puts a party into a queue, as it was when everybody agreed. The ticket is made first and then written into the
 * party, on condition that nobody joined or left meanwhile; otherwise the ticket is taken back. If the instance dies
 * in between, a repeated request completes it.
 */
import type { MatchmakingParts } from "../parts.ts";
import { type CreateTicketResult, createTicket } from "../tickets/create-ticket.ts";
import { cancelTicket } from "../tickets/tickets.ts";
import { changedParty, type PartyOfUser, readParty, recordTicket } from "./parties.ts";
import { knownOf, latencyOfAll, leaderOf, type Party } from "./party.ts";

export interface PartyQueueRequest extends PartyOfUser {
  readonly idempotencyKey: string;
  /** The revision at which the leader saw everybody agree. */
  readonly revision: number;
  readonly queue: string;
  readonly mode?: string;
  readonly backfill: boolean;
  readonly from?: readonly string[];
}

export type QueuePartyResult =
  | CreateTicketResult
  | {
      readonly ok: false;
      readonly code:
        | "party/unknown"
        | "party/not-leader"
        | "party/not-ready"
        | "party/changed"
        | "ticket/refused";
      readonly detail: string;
    };

export async function queueParty(
  parts: MatchmakingParts,
  asked: PartyQueueRequest,
): Promise<QueuePartyResult> {
  const found = await readParty(parts, asked);
  if (!found.ok) return found;
  const refusal = queueRefusal(found.party, asked);
  if (refusal) return refusal;
  const latencyMs = latencyOfAll(found.party);
  if (!latencyMs)
    return {
      ok: false,
      code: "ticket/refused",
      detail: "no region is accepted by every member of the party",
    };

  const { userId, idempotencyKey, queue, mode, backfill, partyId } = asked;
  const players = found.party.members.map((member) => ({
    userId: member.userId,
    ...knownOf(member),
    ...(member.roles !== undefined && { roles: member.roles }),
  }));
  const wish = { queue, players, latencyMs, backfill, partyId, ...(mode !== undefined && { mode }) };
  const { from = [] } = asked;
  const created = await createTicket(parts, { userId, idempotencyKey, from, wish });
  if (!created.ok || found.party.ticketId === created.ticket.id) return created;
  if (await recordTicket(parts, found, created.ticket.id)) return created;
  await cancelTicket(parts, { ticketId: created.ticket.id, userId });
  return changedParty(found.party);
}

function queueRefusal(party: Party, { userId, revision }: PartyQueueRequest): QueuePartyResult | undefined {
  if (leaderOf(party) !== userId)
    return {
      ok: false,
      code: "party/not-leader",
      detail: `only ${leaderOf(party)} puts the party into a queue`,
    };
  if (party.revision !== revision) return changedParty(party);
  const waitedFor = party.members.filter((member) => !member.ready).map((member) => member.userId);
  if (waitedFor.length === 0) return undefined;
  return { ok: false, code: "party/not-ready", detail: `not ready: ${waitedFor.join(", ")}` };
}
