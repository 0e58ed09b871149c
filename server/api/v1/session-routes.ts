/** Sessions over HTTP: begin as a guest or by exchange, refresh, read, sign out. */
import { routes } from "../../../shared/wire/routes.ts";
import type { SessionInfo } from "../../../shared/wire/sessions.ts";
import type { IdentityResult } from "../../accounts/identity-provider.ts";
import type { IssueResult, Sessions } from "../../accounts/sessions.ts";
import type { Audit } from "../audit.ts";
import { limitedAddress } from "../limited-address.ts";
import type { Admission, Reply, RouteServer, Session } from "../serve-route.ts";

export interface SessionParts {
  readonly sessions: Sessions;
  /** The user whom an identity provider's token identifies. Left out: there is no provider. */
  readonly identify?: (token: string) => Promise<IdentityResult>;
  readonly audit: Audit;
  readonly admission: Pick<Admission, "takeOne">;
}

export function addSessionRoutes(server: RouteServer, parts: SessionParts): void {
  const { sessions, identify, audit, admission } = parts;
  server.add(routes.beginSession, async ({ body: { name, identityToken, device }, address }) => {
    if (identityToken !== undefined && identify === undefined)
      return begun(await sessions.exchange(noProvider));
    if (identityToken === undefined) {
      const counted = await admission.takeOne("guest", limitedAddress(address));
      if (!counted.ok) return counted;
    }
    const issued =
      identityToken === undefined
        ? await sessions.issueGuest(name, { device, address })
        : await sessions.exchange(await identify!(identityToken), name);
    if (!issued.ok) audit.refusal(issued.code, { detail: issued.detail, device, from: address });
    return begun(issued);
  });
  server.add(routes.refreshSession, async ({ body: { refreshToken, name }, address }) => {
    const issued = await sessions.refresh(refreshToken, { name, address });
    if (issued.ok) return begun(issued);
    if (issued.code === "session/banned" || issued.code === "session/reused")
      audit.refusal(issued.code, { detail: issued.detail, from: address });
    return issued;
  });
  server.add(routes.readSession, async ({ session }) => ({ ok: true, value: sessionInfo(session) }));
  server.add(routes.endSession, async ({ session, query }) => {
    if (query.everywhere === "true") await sessions.signOutEverywhere(session.userId);
    else await sessions.signOut(session);
    return { ok: true, value: undefined };
  });
}

const noProvider = {
  ok: false,
  code: "session/identity-refused",
  detail: "this server has no identity provider: begin as a guest, without identityToken",
} as const;

function begun(issued: IssueResult): Reply<typeof routes.beginSession> {
  if (!issued.ok) return issued;
  const { token, refreshToken, session } = issued;
  const expiresInSeconds = Math.round((session.expiresAtMs - session.issuedAtMs) / 1000);
  return { ok: true, value: { token, ...sessionInfo(session), expiresInSeconds, refreshToken } };
}

function sessionInfo({ userId, name, expiresAtMs }: Session): SessionInfo {
  return { userId, ...(name !== undefined && { name }), expiresAt: new Date(expiresAtMs).toISOString() };
}
