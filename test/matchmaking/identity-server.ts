/** An identity provider for tests: one key, its JWKS over HTTP, and tokens as it would sign them. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { IdentityProviderSettings } from "../../server/matchmaking/sessions/identity-provider.ts";

const hourMs = 3_600_000;

export interface TestClaims {
  readonly iss?: string;
  readonly aud?: string;
  readonly sub?: string;
  /** From now; default an hour. */
  readonly forMs?: number;
}

export interface IdentityServer {
  readonly settings: IdentityProviderSettings;
  /** For `auth0|ann`, unless the claims say otherwise. */
  token(nowMs: number, claims?: TestClaims): Promise<string>;
  close(): void;
}

export async function startIdentityServer(): Promise<IdentityServer> {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const keys = [{ ...(await exportJWK(publicKey)), kid: "idp-1", alg: "ES256" }];
  const server = createServer((_, response) => response.end(JSON.stringify({ keys }))).listen(0, "127.0.0.1");
  await once(server, "listening");
  const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  return {
    settings: { name: "idp", jwksUrl, issuer: "https://id.example", audience: "game" },
    token: (nowMs, { forMs = hourMs, ...claims } = {}) =>
      new SignJWT({ iss: "https://id.example", aud: "game", sub: "auth0|ann", ...claims })
        .setProtectedHeader({ alg: "ES256", kid: "idp-1" })
        .setExpirationTime(Math.floor((nowMs + forMs) / 1000))
        .sign(privateKey),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
