/** Parties over HTTP: create, join by invite, agree, leave. Matchmaking defines what a party is. */
import type { PartyInfo } from "../../../shared/wire/parties.ts";
import { routes } from "../../../shared/wire/routes.ts";
import { type RateResult, rateLimit, takeOne } from "../../accounts/rate-limit.ts";
import {
  createParty,
  joinParty,
  leaveParty,
  type PartyFound,
  readParty,
  sayReady,
} from "../../matchmaking/parties/parties.ts";
import { inviteOf, leaderOf, type Newcomer, type Party } from "../../matchmaking/parties/party.ts";
import type { MatchmakingParts } from "../../matchmaking/parts.ts";
import { limitedAddress } from "../limited-address.ts";
import type { Refusal, Reply, RouteServer, Session } from "../serve-route.ts";

/** Six at once, then one a minute. */
const partiesPerUser = rateLimit("parties per user", { perSecond: 1 / 60, burst: 6 });
/** A hundred at once, then one every five seconds. */
const partiesPerAddress = rateLimit("parties per address", { perSecond: 1 / 5, burst: 100 });

export function addPartyRoutes(server: RouteServer, parts: MatchmakingParts): void {
  server.add(routes.createParty, async ({ session, address }) => {
    const counted = await foundedBy(parts, { userId: session.userId, address });
    return counted.ok ? answer(await createParty(parts, newcomer(session))) : counted;
  });
  server.add(routes.joinParty, async ({ body: { invite }, session }) =>
    answer(await joinParty(parts, { invite, ...newcomer(session) })),
  );
  server.add(routes.readParty, async ({ params: { id }, session: { userId } }) =>
    answer(await readParty(parts, { partyId: id, userId })),
  );
  server.add(routes.readyParty, async ({ params: { id }, body, session: { userId } }) => {
    const { revision, ready, roles, latencyMs } = body;
    const agreement = { revision, ready, latencyMs, ...(roles !== undefined && { roles }) };
    return answer(await sayReady(parts, { partyId: id, userId, ...agreement }));
  });
  server.add(routes.leaveParty, async ({ params: { id }, session: { userId } }) => {
    const left = await leaveParty(parts, { partyId: id, userId });
    return left.ok ? { ok: true, value: undefined } : left;
  });
}

/** A party is kept for hours, so creation is limited although it costs little. */
async function foundedBy(
  { store }: MatchmakingParts,
  { userId, address }: { userId: string; address: string | undefined },
): Promise<RateResult> {
  const byUser = await takeOne(store, partiesPerUser, userId);
  if (!byUser.ok) return byUser;
  return takeOne(store, partiesPerAddress, limitedAddress(address));
}

const newcomer = ({ userId, name, profile }: Session): Newcomer => ({
  userId,
  ...(name !== undefined && { name }),
  ...(profile !== undefined && { profile }),
});

function answer(result: PartyFound | Refusal): Reply<typeof routes.readParty> {
  return result.ok ? { ok: true, value: partyInfo(result.party) } : result;
}

function partyInfo(party: Party): PartyInfo {
  const { id, revision, ticketId } = party;
  return {
    ...{ id, revision, invite: inviteOf(party), leader: leaderOf(party) },
    members: party.members.map(({ profile: _profile, ...member }) => member),
    ...(ticketId !== undefined && { ticketId }),
  };
}
