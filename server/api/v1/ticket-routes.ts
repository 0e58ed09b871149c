/** Queues and tickets over HTTP: create, read, wait, follow, cancel. */
import { routes } from "../../../shared/wire/routes.ts";
import type { TicketInfo } from "../../../shared/wire/tickets.ts";
import { queueParty } from "../../matchmaking/parties/queue-party.ts";
import type { MatchmakingParts } from "../../matchmaking/parts.ts";
import { createTicket } from "../../matchmaking/tickets/create-ticket.ts";
import { ticketSeen } from "../../matchmaking/tickets/presence.ts";
import type { TicketRow } from "../../matchmaking/tickets/rows.ts";
import { hasEnded, queueOfTicket } from "../../matchmaking/tickets/ticket.ts";
import { rangesOfCaller } from "../../matchmaking/tickets/ticket-quota.ts";
import { cancelTicket, readTicket, waitForTicket } from "../../matchmaking/tickets/tickets.ts";
import type { Asked, Handler, RouteServer, StreamHandler } from "../serve-route.ts";
import { queueInfo, ticketInfo } from "./ticket-info.ts";

/** A stream without news sends a sign of life, so that no proxy closes it as dead. */
const stillHereMs = 15_000;

export function addTicketRoutes(server: RouteServer, parts: MatchmakingParts): void {
  const info = (row: TicketRow, userId: string): TicketInfo => {
    const rules = parts.queues.get(queueOfTicket(row.ticket.id)!)!;
    return ticketInfo(row, { rules, nowMs: parts.nowMs(), userId });
  };
  const answer = (result: Found, { userId }: { userId: string }) =>
    result.ok ? ({ ok: true, value: info(result, userId) } as const) : result;

  server.add(routes.listQueues, async () => ({
    ok: true,
    value: { queues: [...parts.queues.values()].map(queueInfo) },
  }));
  server.add(routes.createTicket, async (asked) => {
    const created = await queued(parts, asked);
    if (!created.ok) return created;
    return { ok: true, value: info(created, asked.session.userId), status: created.created ? 201 : 200 };
  });
  server.addWaiting(routes.readTicket, readOf(parts, answer));
  server.addStream(routes.followTicket, followOf(parts, info));
  server.add(routes.cancelTicket, async ({ params: { id: ticketId }, session }) =>
    answer(await cancelTicket(parts, { ticketId, userId: session.userId }), session),
  );
}

type Found = Awaited<ReturnType<typeof readTicket>> | Awaited<ReturnType<typeof cancelTicket>>;
type Answer = (
  result: Found,
  session: { userId: string },
) => Awaited<ReturnType<Handler<typeof routes.readTicket>>>;

function queued(
  parts: MatchmakingParts,
  { body, session, idempotencyKey, address }: Asked<typeof routes.createTicket>,
): ReturnType<typeof queueParty> {
  const { userId, name, profile } = session;
  const from = rangesOfCaller(address);
  const { queue, party, roles, latencyMs, mode, backfill } = body;
  const wish = { queue, backfill, ...(mode !== undefined && { mode }) };
  if (party !== undefined)
    return queueParty(parts, {
      ...{ userId, idempotencyKey, from, partyId: party.id, revision: party.revision },
      ...wish,
    });
  const known = { ...(name !== undefined && { name }), ...(profile !== undefined && { profile }) };
  const player = { userId, ...known, ...(roles !== undefined && { roles }) };
  return createTicket(parts, {
    userId,
    idempotencyKey,
    from,
    wish: { ...wish, latencyMs, players: [player] },
  });
}

function readOf(parts: MatchmakingParts, answer: Answer): Handler<typeof routes.readTicket> {
  return async ({ params, query: { waitSeconds, known }, session, signal }) => {
    const asked = { ticketId: params.id, userId: session.userId };
    const found = await readTicket(parts, asked);
    if (found.ok && !hasEnded(found.ticket)) await ticketSeen(parts, found.ticket);
    if (!found.ok || waitSeconds === undefined) return answer(found, session);
    const waitMs = waitSeconds * 1000;
    const waiting = { ...asked, waitMs, signal, ...(known !== undefined && { known }) };
    return answer(await waitForTicket(parts, waiting), session);
  };
}

function followOf(
  parts: MatchmakingParts,
  info: (row: TicketRow, userId: string) => TicketInfo,
): StreamHandler<typeof routes.followTicket> {
  return async ({ params, session: { userId }, signal }, send) => {
    const asked = { ticketId: params.id, userId, waitMs: stillHereMs, signal };
    // No version is 0, so the first answer comes at once.
    for (let known = 0; !signal.aborted; ) {
      const found = await waitForTicket(parts, { ...asked, known });
      if (!found.ok) return found;
      // The ticket's limits widened meanwhile, so an event is useful without a new version too.
      send(info(found, userId));
      if (hasEnded(found.ticket)) return undefined;
      await ticketSeen(parts, found.ticket);
      known = found.version;
    }
    return undefined;
  };
}
