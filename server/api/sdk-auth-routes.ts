/**
 * /auth, for the `auth` of the Colyseus SDK: its anonymous sign-in begins a session of a guest, and its user data is who
 * the session is of. It has no passwords; other ways to sign in are refused with what to do instead. Routes that the
 * server's owner brings (@colyseus/auth) come first.
 */
import type { Express, Request, Response } from "express";
import { words } from "../../shared/game/issues.ts";
import { sdkSignIn, sdkUser } from "../../shared/wire/sdk-auth.ts";
import type { Session } from "../accounts/session.ts";
import type { Sessions } from "../accounts/sessions.ts";
import { newRouter } from "./app.ts";
import type { Audit } from "./audit.ts";
import { jsonBody } from "./json-body.ts";
import { limitedAddress } from "./limited-address.ts";
import { problem } from "./problem.ts";
import type { Admission } from "./serve-route.ts";

export interface SdkAuthParts {
  readonly sessions: Pick<Sessions, "issueGuest">;
  readonly admission: Admission;
  readonly audit: Audit;
}

const elsewhere =
  "this server has no passwords: sign in anonymously, or exchange a token of the identity provider with POST /v1/sessions";

export function addSdkAuthRoutes(app: Express, { sessions, admission, audit }: SdkAuthParts): void {
  const router = newRouter();
  router.use(async (request, response, next) => {
    const counted = await admission.takeOne("address", limitedAddress(request.ip));
    if (counted.ok) return next();
    return problem(response, counted.code, counted.detail, counted);
  });
  router.post("/anonymous", jsonBody(), signInAnonymously);
  router.get("/userdata", userData);
  router.use((_request, response) => problem(response, "request/not-found", elsewhere));
  app.use("/auth", router);

  async function signInAnonymously(request: Request, response: Response) {
    const asked = sdkSignIn.safeParse(request.body ?? {});
    if (!asked.success) return problem(response, "request/invalid", words(asked.error.issues));
    const counted = await admission.takeOne("guest", limitedAddress(request.ip));
    if (!counted.ok) return problem(response, counted.code, counted.detail, counted);
    const { name, device } = asked.data.options ?? {};
    const issued = await sessions.issueGuest(name, { device, address: request.ip });
    if (issued.ok) return response.json({ user: userOf(issued.session), token: issued.token });
    audit.refusal(issued.code, { detail: issued.detail, device, from: request.ip });
    return problem(response, issued.code, issued.detail);
  }

  async function userData(request: Request, response: Response) {
    const token = /^bearer (\S+)$/i.exec(request.get("authorization") ?? "")?.[1];
    if (token === undefined) return problem(response, "session/missing", "no `client.auth.token`");
    const checked = await admission.check(token);
    if (!checked.ok) return problem(response, checked.code, checked.detail);
    return response.json({ user: userOf(checked.session) });
  }
}

function userOf({ userId, name, expiresAtMs }: Session) {
  return sdkUser.parse({
    ...{ id: userId, anonymous: userId.startsWith("guest:"), expiresAt: new Date(expiresAtMs).toISOString() },
    ...(name !== undefined && { name }),
  });
}
