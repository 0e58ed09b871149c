/** The state of a party in words: who waits for whom, and whether a queue accepts it. Pure. */
import type { PartyInfo } from "../../shared/wire/parties.ts";
import type { QueueInfo } from "../../shared/wire/tickets.ts";
import { queueTitle } from "../queue/queue-words.ts";

export interface PlayWords {
  readonly text: string;
  readonly isPossible: boolean;
  /** Why it is not possible, or what happens then. */
  readonly why: string;
}

/**
 * The text of the Play button in this party, and whether it can be pressed.
 * @param userId this page's player
 */
export function playWords(
  queue: Pick<QueueInfo, "name" | "game" | "partySizeMax">,
  party: PartyInfo | undefined,
  userId: string | undefined,
): PlayWords {
  const size = party?.members.length ?? 1;
  const title = queueTitle(queue);
  if (!party || size === 1) return { text: `Play: ${title}`, isPossible: true, why: "" };
  if (party.leader !== userId) {
    const why = isReady(party, userId) ? "You go in together." : "Say that you are ready.";
    return { text: `${nameOf(party, party.leader)} starts the search`, isPossible: false, why };
  }
  if (size > queue.partySizeMax) {
    const most = queue.partySizeMax === 1 ? "players on their own" : `parties of up to ${queue.partySizeMax}`;
    return { text: `Play: ${title}`, isPossible: false, why: `${title} takes ${most}; you are ${size}.` };
  }
  const awaited = party.members.filter((member) => !member.ready && member.userId !== userId);
  const text = `Play: ${title}, ${size} together`;
  if (awaited.length === 0) return { text, isPossible: true, why: "" };
  return { text, isPossible: false, why: `Not ready yet: ${awaited.map(shownName).join(", ")}.` };
}

export function isReady({ members }: PartyInfo, userId: string | undefined): boolean {
  return members.find((member) => member.userId === userId)?.ready === true;
}

function nameOf({ members }: PartyInfo, userId: string): string {
  const member = members.find((each) => each.userId === userId);
  return member ? shownName(member) : "The leader";
}

/** Sessions of other clients need not have a name. */
export function shownName({ name, userId }: PartyInfo["members"][number]): string {
  return name ?? userId;
}
