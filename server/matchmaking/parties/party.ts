/**
 * A party: players who queue together. Pure: what a party is and becomes when somebody joins, leaves or agrees.
 * Its row is `party` in a part of its own; parties.ts reads and writes it.
 */

/** More than any queue lets play together; a queue says its own limit. */
export const partyMembersMax = 16;

export interface PartyMember {
  readonly userId: string;
  /** As others see the member. */
  readonly name?: string;
  /** Agreed to queue with the party as it is at this revision. */
  readonly ready: boolean;
  readonly roles?: readonly string[];
  /** Region to round trip; empty: any region will do. */
  readonly latencyMs: Readonly<Record<string, number>>;
}

export interface Party {
  readonly id: string;
  /** Half of the invite; only members see it. */
  readonly secret: string;
  /** The first of the members: whoever has been in it longest. Invariant: not empty while the row is there. */
  readonly members: readonly PartyMember[];
  /** Grows when somebody joins or leaves; nobody's agreement is older. */
  readonly revision: number;
  /** With which it last queued. It may have ended. */
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

export type Newcomer = Pick<PartyMember, "userId" | "name">;

export const newMember = (newcomer: Newcomer): PartyMember => ({ ...newcomer, ready: false, latencyMs: {} });

export function joined(party: Party, newcomer: Newcomer): Party {
  return regrouped(party, [...party.members, newMember(newcomer)]);
}

/** Without members it is over. */
export function left(party: Party, userId: string): Party {
  return regrouped(
    party,
    party.members.filter((member) => member.userId !== userId),
  );
}

/** The member's name stays as it was when it joined. */
export function agreed(party: Party, { name: _name, ...agreement }: PartyMember): Party {
  const members = party.members.map((each) =>
    each.userId === agreement.userId
      ? { ...(each.name !== undefined && { name: each.name }), ...agreement }
      : each,
  );
  return { ...party, members };
}

/**
 * The round trips of the slowest member, of the regions that nobody leaves out; undefined when members leave
 * out each other's.
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
