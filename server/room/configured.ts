/** What users of Colyseus configure besides rooms, in the form in which Colyseus' server takes it. */
import type { Router, ServerOptions } from "@colyseus/core";

export interface Configured {
  readonly routes?: Router;
  readonly beforeListen?: () => unknown;
  /** Colyseus adds the routes of @colyseus/auth by it. */
  readonly auth?: ServerOptions["auth"];
}

export function serverOptions({ auth, beforeListen }: Configured = {}): ServerOptions {
  return {
    ...(auth !== undefined && { auth }),
    ...(beforeListen !== undefined && { beforeListen: async () => void (await beforeListen()) }),
  };
}
