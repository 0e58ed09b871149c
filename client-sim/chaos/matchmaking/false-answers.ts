/**
 * Answers that differ from the server's, to prove that the checker finds faults: one ticket is gone, one went to
 * another match, one party member sits on the other side, one match counts twice and one not at all. Each is given
 * once.
 */
import type { PlayerRatings } from "../../../shared/wire/ratings.ts";
import type { TicketInfo } from "../../../shared/wire/tickets.ts";

interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

export type AnswerChange = (pathname: string, said: HttpAnswer) => HttpAnswer;

export type AssignedInfo = Extract<TicketInfo, { state: "assigned" }>;
type Lie<Body> = (body: Body) => object | undefined;

const ticketLies: readonly Lie<AssignedInfo>[] = [
  ({ partyId }) => (partyId === undefined ? { code: "ticket/unknown" } : undefined),
  ({ partyId, assignment, ...ticket }) =>
    partyId === undefined ? { ...ticket, assignment: { ...assignment, matchId: "elsewhere" } } : undefined,
  ({ assignment, ...ticket }) =>
    ticket.partyId === undefined
      ? undefined
      : { ...ticket, assignment: { ...assignment, team: 1 - assignment.team } },
];

const ratingLies: readonly Lie<PlayerRatings>[] = [
  (player) => moreMatches(player, 1),
  (player) => moreMatches(player, -1),
];

/** @param isOn whether false answers are given now */
export function falseAnswers(isOn: () => boolean): AnswerChange {
  const tickets = [...ticketLies];
  const ratings = [...ratingLies];
  return (pathname, said) => {
    if (!isOn() || said.status !== 200) return said;
    const body = JSON.parse(said.text) as object;
    if (/^\/v1\/tickets\/[^/]+$/.test(pathname))
      return (body as TicketInfo).state === "assigned" ? told(tickets, body as AssignedInfo, said) : said;
    return /^\/v1\/players\/[^/]+$/.test(pathname) ? told(ratings, body as PlayerRatings, said) : said;
  };
}

function told<Body>(lies: Lie<Body>[], body: Body, said: HttpAnswer): HttpAnswer {
  const at = lies.findIndex((lie) => lie(body) !== undefined);
  if (at < 0) return said;
  const [lie] = lies.splice(at, 1);
  const text = JSON.stringify(lie!(body));
  return { status: text.includes('"code"') ? 404 : 200, text };
}

function moreMatches({ ratings, ...player }: PlayerRatings, more: number): object | undefined {
  const [queue, rating] = Object.entries(ratings)[0] ?? [];
  if (queue === undefined || rating === undefined) return undefined;
  return { ...player, ratings: { ...ratings, [queue]: { ...rating, matches: rating.matches + more } } };
}
