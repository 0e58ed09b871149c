/**
 * What a player can do with a party: create one, join it by invite, agree, leave. Another user's party looks like a
 * missing one. Every change is one conditional write of its row.
 */
import { isDeepStrictEqual } from "node:util";
import { absent, type Version } from "../../rows/store.ts";
import { again, uncontended } from "../../rows/uncontended.ts";
import { StoreError } from "../../store-error.ts";
import { noMatchmakingMetrics } from "../matchmaking-metrics.ts";
import type { MatchmakingParts } from "../parts.ts";
import { hasEnded } from "../tickets/ticket.ts";
import { cancelTicket, readTicket } from "../tickets/tickets.ts";
import type { Party } from "./party.ts";
import * as party from "./party.ts";

/** Time after its last change. */
const partyKeptMs = 4 * 3_600_000;
/** Must not be guessable: 50 and 30 bits, and rates are limited. */
const idLength = 10;
const secretLength = 6;

const partyPart = (id: string) => `party:${id}`;
const partyKey = "party";

export interface PartyOfUser {
  readonly partyId: string;
  /** The caller. */
  readonly userId: string;
}

export interface PartyFound {
  readonly ok: true;
  readonly party: Party;
  readonly version: Version;
}

type PartyRefused<Code extends string> = { readonly ok: false; readonly code: Code; readonly detail: string };

export type ReadPartyResult = PartyFound | PartyRefused<"party/unknown">;
export type JoinPartyResult = PartyFound | PartyRefused<"party/wrong-invite" | "party/full" | "party/queued">;
export type ReadyResult = PartyFound | PartyRefused<"party/unknown" | "party/changed">;

export async function createParty(
  { store, newName, metrics = noMatchmakingMetrics }: MatchmakingParts,
  founder: party.Newcomer,
): Promise<PartyFound> {
  const created: Party = {
    id: newName(idLength),
    secret: newName(secretLength),
    members: [party.newMember(founder)],
    revision: 1,
  };
  const result = await store.commit(partyPart(created.id), {
    expect: [{ key: partyKey, version: absent }],
    put: [partyPut(created)],
  });
  if (!result.ok) throw new StoreError("store/contended", `creating a party of ${founder.userId} failed`);
  metrics.partyCreated();
  return { ok: true, party: created, version: result.versions[0]! };
}

export async function readParty(parts: MatchmakingParts, asked: PartyOfUser): Promise<ReadPartyResult> {
  const found = await stored(parts, asked.partyId);
  return found && party.memberOf(found.party, asked.userId) ? found : unknownParty(asked);
}

export function joinParty(
  parts: MatchmakingParts,
  { invite, ...newcomer }: { invite: string } & party.Newcomer,
): Promise<JoinPartyResult> {
  const wrong = { ok: false, code: "party/wrong-invite", detail: "no party has this invite code" } as const;
  return changed(parts, party.partyOfInvite(invite)?.id ?? "", async (found) => {
    if (!found || found.party.secret !== party.partyOfInvite(invite)?.secret) return wrong;
    if (party.memberOf(found.party, newcomer.userId)) return found;
    if (found.party.members.length >= party.partyMembersMax)
      return { ok: false, code: "party/full", detail: `it has ${party.partyMembersMax} members` };
    if (await isQueued(parts, found.party))
      return { ok: false, code: "party/queued", detail: "the party is in a queue; ask them to cancel" };
    return { become: party.joined(found.party, newcomer) };
  });
}

/** The party's ticket is taken back before a member leaves, so that nobody is matched without them. */
export function leaveParty(parts: MatchmakingParts, asked: PartyOfUser): Promise<ReadPartyResult> {
  return changed(parts, asked.partyId, async (found) => {
    if (!found || !party.memberOf(found.party, asked.userId)) return unknownParty(asked);
    const { ticketId } = found.party;
    if (ticketId !== undefined) await cancelTicket(parts, { ticketId, userId: asked.userId });
    return { become: party.left(found.party, asked.userId) };
  });
}

/** @param asked `revision`: the party as the member saw it when they agreed, or withdrew that */
export function sayReady(
  parts: MatchmakingParts,
  asked: PartyOfUser & { revision: number } & Omit<party.PartyMember, "userId" | "name">,
): Promise<ReadyResult> {
  const { partyId, revision, ...member } = asked;
  return changed(parts, partyId, async (found) => {
    if (!found || !party.memberOf(found.party, asked.userId)) return unknownParty(asked);
    if (found.party.revision !== revision) return changedParty(found.party);
    return { become: party.agreed(found.party, member) };
  });
}

/**
 * Writes the ticket into the party as it was when it agreed. Another instance may handle the same request at the same
 * time, and have written it.
 * @returns whether the party is unchanged
 */
export async function recordTicket(
  parts: MatchmakingParts,
  { party: agreed, version }: PartyFound,
  ticketId: string,
): Promise<boolean> {
  let expected = version;
  return uncontended(`writing ticket ${ticketId} into party ${agreed.id} failed`, async () => {
    const { ok } = await parts.store.commit(partyPart(agreed.id), {
      expect: [{ key: partyKey, version: expected }],
      put: [partyPut({ ...agreed, ticketId })],
    });
    if (ok) return true;
    const now = await stored(parts, agreed.id);
    if (now?.party.revision !== agreed.revision || !isDeepStrictEqual(now.party.members, agreed.members))
      return false;
    if (now.party.ticketId === ticketId) return true;
    expected = now.version;
    return again;
  });
}

export function changedParty({ revision }: Party): PartyRefused<"party/changed"> {
  return { ok: false, code: "party/changed", detail: `the party is at revision ${revision} now` };
}

/** Writes the result of `decide`, on condition that the party is the one that it was decided for. */
async function changed<Code extends string>(
  parts: MatchmakingParts,
  id: string,
  decide: (
    found: PartyFound | undefined,
  ) => Promise<PartyFound | PartyRefused<Code> | { readonly become: Party }>,
): Promise<PartyFound | PartyRefused<Code>> {
  return uncontended(`changing party ${id} failed`, async () => {
    const found = await stored(parts, id);
    const decided = await decide(found);
    if (!("become" in decided)) return decided;
    const result = await parts.store.commit(partyPart(id), {
      expect: [{ key: partyKey, version: found?.version ?? absent }],
      put: [partyPut(decided.become)],
    });
    if (result.ok) return { ok: true, party: decided.become, version: result.versions[0]! };
    return again;
  });
}

async function stored({ store }: MatchmakingParts, id: string): Promise<PartyFound | undefined> {
  const [row] = await store.read(partyPart(id), [partyKey]);
  if (!row) return undefined;
  const found = JSON.parse(row.value) as Party;
  return found.members.length > 0 ? { ok: true, party: found, version: row.version } : undefined;
}

async function isQueued(parts: MatchmakingParts, { ticketId, members }: Party): Promise<boolean> {
  if (ticketId === undefined) return false;
  const found = await readTicket(parts, { ticketId, userId: members[0]!.userId });
  return found.ok && !hasEnded(found.ticket);
}

const partyPut = (value: Party) => ({
  key: partyKey,
  value: JSON.stringify(value),
  keepMs: partyKeptMs,
  tell: true,
});

function unknownParty({ partyId }: PartyOfUser): PartyRefused<"party/unknown"> {
  return { ok: false, code: "party/unknown", detail: `you are in no party ${partyId}` };
}
