/**
 * A party: players who queue together. Pure: what a party is, and what it becomes when a player joins, leaves or
 * agrees. Its row is `party` in its own part; parties.ts reads and writes it.
 */

import type { Plain } from "../../../shared/game/plain.ts";

/** More than any queue lets play together; each queue has its own limit. */
export const partyMembersMax = 16;

export interface PartyMember {
  readonly userId: string;
  /** The name that other players see. */
  readonly name?: string;
  /** What the issuer of their session vouches for; the other members do not see it. */
  readonly profile?: Plain;
  /** Whether the member agreed to queue with the party as it is at this revision. */
  readonly ready: boolean;
  readonly roles?: readonly string[];
  /** Region to round trip; empty: any region is accepted. */
  readonly latencyMs: Readonly<Record<string, number>>;
}

export interface Party {
  readonly id: string;
  /** One half of the invite; only members see it. */
  readonly secret: string;
  /** Longest membership first. Invariant: not empty while the row exists. */
  readonly members: readonly PartyMember[];
  /** Grows when a player joins or leaves, which withdraws all agreements. */
  readonly revision: number;
  /** The ticket with which it last queued. It may have ended. */
  readonly ticketId?: string;
}

export const leaderOf = (party: Party): string => party.members[0]!.userId;

export const memberOf = (party: Party, userId: string): PartyMember | undefined =>
  party.members.find((member) => member.userId === userId);

/** What a member gives to a friend. */
export const inviteOf = (party: Party): string => `${party.id}-${party.secret}`;

export function partyOfInvite(invite: string): { id: string; secret: string } | undefined {
  const [id, secret, ...rest] = invite.toLowerCase().split("-");
  return id && secret && rest.length === 0 ? { id, secret } : undefined;
}

export type Newcomer = Pick<PartyMember, "userId" | "name" | "profile">;

export const newMember = (newcomer: Newcomer): PartyMember => ({ ...newcomer, ready: false, latencyMs: {} });

export function joined(party: Party, newcomer: Newcomer): Party {
  return regrouped(party, [...party.members, newMember(newcomer)]);
}

/** Without members the party is over. */
export function left(party: Party, userId: string): Party {
  return regrouped(
    party,
    party.members.filter((member) => member.userId !== userId),
  );
}

/** Who the member is stays as it was when they joined. */
export function agreed(party: Party, { name: _name, profile: _profile, ...agreement }: PartyMember): Party {
  const members = party.members.map((each) =>
    each.userId === agreement.userId ? { ...knownOf(each), ...agreement } : each,
  );
  return { ...party, members };
}

/** What is known of a member, as far as it is. */
export function knownOf({ name, profile }: PartyMember): Pick<PartyMember, "name" | "profile"> {
  return { ...(name !== undefined && { name }), ...(profile !== undefined && { profile }) };
}

/**
 * The round trips of the slowest member, for the regions that all members accept; undefined when they have no region
 * in common.
 */
export function latencyOfAll(party: Party): Record<string, number> | undefined {
  const choosy = party.members
    .map(({ latencyMs }) => latencyMs)
    .filter((each) => Object.keys(each).length > 0);
  const [first, ...others] = choosy;
  if (!first) return {};
  const regions = Object.keys(first).filter((region) => others.every((each) => each[region] !== undefined));
  if (regions.length === 0) return undefined;
  return Object.fromEntries(
    regions.map((region) => [region, Math.max(...choosy.map((each) => each[region]!))]),
  );
}

function regrouped(party: Party, members: readonly PartyMember[]): Party {
  return {
    ...party,
    members: members.map((member) => ({ ...member, ready: false })),
    revision: party.revision + 1,
  };
}
