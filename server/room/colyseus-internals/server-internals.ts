/**
 * A private of Colyseus' server: `defineServer` makes no server while Colyseus believes that another program (its Vite
 * plugin) owns it. So a user's module can be read without a second transport, matchmaker and handler of signals.
 */
import { isDevMode, setDevMode } from "@colyseus/core";
import { type PrivateRow, says } from "./private-row.ts";

/** @returns what `load` resolves with; what it calls may define servers, and starts none */
export async function withoutServers<Result>(load: () => Promise<Result>): Promise<Result> {
  const before = isDevMode;
  setDevMode(true);
  try {
    return await load();
  } finally {
    setDevMode(before);
  }
}

export const serverRows: readonly PrivateRow[] = [
  {
    name: "defineServer: DevServer",
    of: "@colyseus/core",
    why: "the configuration of rooms is read, and no second server is made of it",
    holds: ({ defineServer }) => says(defineServer, "pluginManaged ? new DevServer"),
  },
];
