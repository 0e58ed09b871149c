/** An identity provider for tests: one key, its JWKS over HTTP, and tokens as it would sign them. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import type { IdentityProviderSettings } from "../../server/accounts/identity-provider.ts";

const hourMs = 3_600_000;

export interface TestClaims {
  readonly iss?: string;
  readonly aud?: string;
  readonly sub?: string;
  readonly profile?: unknown;
  /** From now; default an hour. */
  readonly forMs?: number;
  /** From now; left out: no such claim. */
  readonly notBeforeMs?: number;
}

export interface IdentityServer {
  readonly settings: IdentityProviderSettings;
  /** For `auth0|ann`, unless the claims say otherwise. */
  token(nowMs: number, claims?: TestClaims): Promise<string>;
  /** Signs with another key from now on, which its JWKS names in the place of the one before. */
  rotate(): Promise<void>;
  close(): void;
}

export async function startIdentityServer(): Promise<IdentityServer> {
  let signing: { readonly kid: string; readonly privateKey: CryptoKey };
  let keys: object[];
  let count = 0;
  const rotate = async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    const kid = `idp-${++count}`;
    keys = [{ ...(await exportJWK(publicKey)), kid, alg: "ES256" }];
    signing = { kid, privateKey };
  };
  await rotate();
  const server = createServer((_, response) => response.end(JSON.stringify({ keys }))).listen(0, "127.0.0.1");
  await once(server, "listening");
  const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  return {
    settings: { name: "idp", jwksUrl, issuer: "https://id.example", audience: "game" },
    rotate,
    token: (nowMs, { forMs = hourMs, notBeforeMs, ...claims } = {}) => {
      const nbf = notBeforeMs === undefined ? {} : { nbf: Math.floor((nowMs + notBeforeMs) / 1000) };
      return new SignJWT({ iss: "https://id.example", aud: "game", sub: "auth0|ann", ...claims, ...nbf })
        .setProtectedHeader({ alg: "ES256", kid: signing.kid })
        .setExpirationTime(Math.floor((nowMs + forMs) / 1000))
        .sign(signing.privateKey);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
