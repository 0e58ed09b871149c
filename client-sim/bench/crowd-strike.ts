/**
 * Kills or stops a node and measures how long each light client of its matches got no patch. It strikes by itself, so
 * that one clock measures. Clients that imitate ours detect a stalled node in the same way.
 */
import { setTimeout as pause } from "node:timers/promises";
import { DeadConnectionDetector } from "../../shared/client/dead-connection.ts";
import { OwnerQuestion } from "../../shared/client/owner-question.ts";
import { reconnectDelayMs } from "../../shared/client/reconnect-delay.ts";
import type { CrowdGaps, CrowdStrike } from "./crowd-process.ts";
import type { LightClient } from "./light-client.ts";

const backMsMax = 20_000;
const lookEveryMs = 20;

/** When each of the two kinds of clients tries again: by our client's rule, or by the SDK's default. */
export const retries = {
  ours: (attempt: number) => reconnectDelayMs(attempt, Math.random()),
  sdk: (attempt: number) => Math.min(5000, 100 * 2 ** attempt),
} as const;

export type Returns = keyof typeof retries;

export interface Returning {
  readonly client: LightClient;
  readonly returns: Returns;
}

/** A client that must come back. */
interface Hit extends Returning {
  /** The connection that leads to the node. */
  readonly connection: number;
  readonly watch: { close(): void } | undefined;
}

/** Resolves when all clients that were hit play again, or the time is up. */
export async function gapsAfter(strike: CrowdStrike, all: readonly Returning[]): Promise<CrowdGaps> {
  const { pid, signal, epochs } = strike;
  const those = all.filter(({ client }) => Object.hasOwn(epochs, client.matchId));
  process.kill(pid, signal);
  const struckMs = performance.now();
  const waiting = new Set(those.map((each) => hitOf(each, strike)));
  const gaps: Record<Returns, number[]> = { ours: [], sdk: [] };
  const endMs = struckMs + backMsMax;
  while (waiting.size > 0 && performance.now() < endMs) {
    for (const hit of waiting) {
      const { client, returns, connection, watch } = hit;
      if (client.connection === connection || client.firstPatchMs === undefined) continue;
      gaps[returns].push(client.firstPatchMs - struckMs);
      watch?.close();
      waiting.delete(hit);
    }
    await pause(lookEveryMs);
  }
  if (signal === "SIGSTOP") wake(pid);
  for (const { watch } of waiting) watch?.close();
  return { ...gaps, notBack: waiting.size };
}

function wake(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch {
    // Its supervisor has already ended it.
  }
}

function hitOf({ client, returns }: Returning, { url, epochs }: CrowdStrike): Hit {
  const { connection, matchId } = client;
  if (returns === "sdk") return { client, returns, connection, watch: undefined };
  const owner = new OwnerQuestion({
    ...{ access: { url }, matchId, chance: Math.random },
    epoch: () => (client.connection === connection ? epochs[matchId] : undefined),
    onNewer: () => client.drop(),
  });
  const detector = new DeadConnectionDetector({
    ...{ now: () => performance.now(), chance: Math.random, ping: () => {} },
    onSilent: () => owner.start(),
    // Our client would open a new connection now, which hangs at this node until the match has another owner.
    onDead: () => {},
  });
  detector.heard();
  const close = () => {
    detector.close();
    owner.stop();
  };
  return { client, returns, connection, watch: { close } };
}
