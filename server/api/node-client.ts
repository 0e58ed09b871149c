/** The other end of internal-routes.ts: what one node asks of another. Every call is bounded. */
import type { JoinRequest, JoinResponse, Problem } from "../../shared/wire/api.ts";
import { type ErrorCode, errorCodes } from "../../shared/wire/errors.ts";
import { secretHeader, type TakeResult } from "./internal-routes.ts";
import type { ApiJoin } from "./public-routes.ts";

const joinMsMax = 5000;

export interface NodeClient {
  /** @throws when the node does not answer */
  join(address: string, request: JoinRequest): Promise<ApiJoin>;
  /** @throws when the node does not answer within `msMax` */
  take(address: string, match: { id: string; epoch: number }, msMax: number): Promise<TakeResult>;
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
    join: async (address, request) => {
      const response = await post(address, "/join", request, joinMsMax);
      if (response.ok) return { ok: true, response: (await response.json()) as JoinResponse };
      const { code, detail } = (await response.json()) as Problem;
      return { ok: false, code: isCode(code) ? code : "server/failed", detail };
    },
    take: async (address, { id, epoch }, msMax) => {
      const response = await post(address, `/matches/${encodeURIComponent(id)}/take`, { epoch }, msMax);
      if (response.ok) return (await response.json()) as TakeResult;
      return { ok: false, reason: `${address} answered ${response.status}` };
    },
  };
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code);
