/** Matches over HTTP, for clients without a queue. It knows matches only through its ports. */
import type { Joiner, JoinRequest, JoinResponse, MatchInfo } from "../../../shared/wire/api.ts";
import type { ErrorCode } from "../../../shared/wire/errors.ts";
import { routes } from "../../../shared/wire/routes.ts";
import { joinerOf } from "../../accounts/sessions.ts";
import { limitedAddress } from "../limited-address.ts";
import type { RouteServer } from "../serve-route.ts";

export type ApiJoin = { ok: true; response: JoinResponse } | { ok: false; code: ErrorCode; detail: string };

export interface MatchRouteParts {
  readonly join: (request: JoinRequest, joiner: Joiner) => Promise<ApiJoin>;
  /** All that run, and of those that sleep some that anybody may join. */
  readonly matches: () => readonly MatchInfo[] | Promise<readonly MatchInfo[]>;
  /**
   * One match; undefined when no match with this id runs, "moving" when it is between two owners.
   * @param afterEpoch the caller knows the match under this epoch: wait a while for a later one
   */
  readonly match: (id: string, afterEpoch?: number) => Promise<MatchInfo | "moving" | undefined>;
}

export function addMatchRoutes(server: RouteServer, parts: MatchRouteParts): void {
  server.add(routes.listMatches, async () => ({ ok: true, value: { matches: await parts.matches() } }));
  server.add(routes.readMatch, async ({ params: { id }, query: { afterEpoch } }) => {
    const found = await parts.match(id, afterEpoch);
    if (found === undefined) return { ok: false, code: "match/unknown", detail: `no running match "${id}"` };
    if (found === "moving")
      return { ok: false, code: "match/moving", detail: `match "${id}" has no owner right now` };
    return { ok: true, value: found };
  });
  server.add(routes.joinMatch, async ({ body, session, address }) => {
    const joined = await parts.join(body, { ...joinerOf(session), address: limitedAddress(address) });
    return joined.ok ? { ok: true, value: joined.response } : joined;
  });
}
