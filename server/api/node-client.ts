/** The client of internal-routes.ts: what one node asks of another. Every call is bounded. */
import type { Joiner, JoinRequest, JoinResponse, Problem } from "../../shared/wire/api.ts";
import type { BookingRequest, BookingResponse } from "../../shared/wire/booking.ts";
import { type ErrorCode, isErrorCode } from "../../shared/wire/errors.ts";
import { type BookResult, secretHeader, type TakeResult } from "./internal-routes.ts";
import type { ApiJoin } from "./v1/match-routes.ts";

const joinMsMax = 5000;
/** Less than a director waits, so that there is time to ask another node. */
const bookMsMax = 2500;

export interface NodeClient {
  /** @throws when the node does not answer */
  join(address: string, request: JoinRequest, joiner: Joiner): Promise<ApiJoin>;
  /** @throws when the node does not answer */
  book(address: string, request: BookingRequest): Promise<BookResult>;
  /** @throws when the node does not answer within `msMax` */
  offer(address: string, match: { id: string; epoch: number }, msMax: number): Promise<TakeResult>;
}

export function nodeClient(secret: string): NodeClient {
  async function post(address: string, path: string, body: unknown, msMax: number): Promise<Response> {
    return fetch(`http://${address}/internal${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", [secretHeader]: secret },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(msMax),
    });
  }
  return {
    join: async (address, request, joiner) => {
      const response = await post(address, "/join", { request, joiner }, joinMsMax);
      if (response.ok) return { ok: true, response: (await response.json()) as JoinResponse };
      return refusalIn(response);
    },
    book: async (address, request) => {
      const response = await post(address, "/bookings", request, bookMsMax);
      if (response.ok) return { ok: true, response: (await response.json()) as BookingResponse };
      return refusalIn(response);
    },
    offer: async (address, { id, epoch }, msMax) => {
      const response = await post(address, `/matches/${encodeURIComponent(id)}/take`, { epoch }, msMax);
      if (response.ok) return (await response.json()) as TakeResult;
      return { ok: false, reason: `${address} answered ${response.status}` };
    },
  };
}

async function refusalIn(response: Response): Promise<{ ok: false; code: ErrorCode; detail: string }> {
  const { code, detail } = (await response.json()) as Problem;
  return { ok: false, code: isErrorCode(code) ? code : "server/failed", detail };
}
