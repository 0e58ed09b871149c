/** Sessions over HTTP: begin as a guest or by exchange, look at, sign out. */
import { routes } from "../../../shared/wire/routes.ts";
import type { SessionInfo } from "../../../shared/wire/sessions.ts";
import type { IdentityResult } from "../../matchmaking/sessions/identity-provider.ts";
import type { IssueResult, Sessions } from "../../matchmaking/sessions/sessions.ts";
import type { Audit } from "../audit.ts";
import type { Reply, RouteServer, Session } from "../serve-route.ts";

export interface SessionParts {
  readonly sessions: Sessions;
  /** Who a token of the identity provider speaks for; undefined: there is no provider. */
  readonly identify?: (token: string) => Promise<IdentityResult>;
  readonly audit: Audit;
}

export function addSessionRoutes(server: RouteServer, { sessions, identify, audit }: SessionParts): void {
  server.add(routes.beginSession, async ({ body: { name, identityToken, device }, address }) => {
    if (identityToken !== undefined && identify === undefined)
      return {
        ok: false,
        code: "session/identity-refused",
        detail: "this server has no identity provider: begin as a guest, without identityToken",
      };
    const issued =
      identityToken === undefined
        ? await sessions.issueGuest(name, { device, address })
        : await sessions.exchange(await identify!(identityToken), name);
    if (!issued.ok) audit.refusal(issued.code, { detail: issued.detail, device, from: address });
    return begun(issued);
  });
  server.add(routes.renewSession, async ({ session, body: { name } }) =>
    begun(await sessions.renew(session, name)),
  );
  server.add(routes.readSession, async ({ session }) => ({ ok: true, value: sessionInfo(session) }));
  server.add(routes.endSession, async ({ session, query }) => {
    if (query.everywhere === "true") await sessions.signOutEverywhere(session.userId);
    else await sessions.signOut(session);
    return { ok: true, value: undefined };
  });
}

function begun(issued: IssueResult): Reply<typeof routes.beginSession> {
  if (!issued.ok) return issued;
  return { ok: true, value: { token: issued.token, ...sessionInfo(issued.session) } };
}

function sessionInfo({ userId, name, expiresAtMs }: Session): SessionInfo {
  return { userId, ...(name !== undefined && { name }), expiresAt: new Date(expiresAtMs).toISOString() };
}
