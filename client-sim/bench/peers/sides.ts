/**
 * The servers that `bench -- peers` compares, each started for one measurement, and each asked in the same way what it has
 * cost. Ours is asked by its metrics, as operators do it; the others answer by the messages of their process.
 */
import { programPath } from "../../../shared/command-line/program-path.ts";
import { startServer } from "../../processes/server-process.ts";
import { AskedProcess } from "../asked-process.ts";
import { endlessArena } from "../bench-game.ts";
import { durabilityVariants } from "../cost.ts";
import { type MetricsText, quantile, readMetrics } from "../metrics-text.ts";
import { withTemporaryDirectory } from "../sample.ts";
import type { TimeSpread } from "../spread.ts";
import type { PeerCount, PeerOrder } from "./peer-process.ts";

/** Since the start of the side; `lateMs` since it was last counted. */
export interface SideCount extends PeerCount {
  /** The delay at the gate; only ours has one. */
  readonly gateMs?: { readonly p50: number; readonly p99: number };
}

export interface PeerSide {
  readonly url: string;
  /** Ours has sessions and an API. */
  readonly plain: boolean;
  count(): Promise<SideCount>;
}

const peerPrograms = {
  colyseus: programPath(import.meta.url, "./colyseus.ts"),
  "bare-ws": programPath(import.meta.url, "./bare-ws.ts"),
  "raw-sockets": programPath(import.meta.url, "./raw-sockets.ts"),
};
const wideArena = programPath(import.meta.url, "./wide-arena.ts");
/** The peers know nothing of games; their clients play the same one. */
export const askedOfSides = { games: wideArena, game: "wide-arena", options: JSON.stringify(endlessArena) };

type Peer = keyof typeof peerPrograms;
export type SideName = Peer | keyof typeof durabilityVariants;

export const sideNames: readonly SideName[] = [
  ...(Object.keys(durabilityVariants) as SideName[]),
  ...(Object.keys(peerPrograms) as SideName[]),
];

type UseOfSide<Answer> = (side: PeerSide) => Promise<Answer>;

/** Runs the side for as long as `use` takes. */
export async function withSide<Answer>(name: SideName, use: UseOfSide<Answer>): Promise<Answer> {
  if (name in peerPrograms)
    return await withPeer({ name: `the peer ${name}`, program: peerPrograms[name as Peer] }, use);
  return await withOurs(["--games", wideArena, ...durabilityVariants[name as never]], use);
}

/** @param peer `program`: a file that answers orders (peer-process.ts) */
export async function withPeer<Answer>(
  { name, program }: { readonly name: string; readonly program: string },
  use: UseOfSide<Answer>,
): Promise<Answer> {
  const peer = new AskedProcess<PeerOrder>(program, name);
  try {
    const { url } = await peer.ask<{ url: string }>({ type: "start" });
    return await use({ url, plain: true, count: () => peer.ask<PeerCount>({ type: "count" }) });
  } finally {
    await peer.stop();
  }
}

/** @param flags of the server beside those that every benchmark has */
export async function withOurs<Answer>(flags: readonly string[], use: UseOfSide<Answer>): Promise<Answer> {
  const args = ["--log-level", "error", ...flags];
  return await withTemporaryDirectory(async (dataDir) => {
    const server = await startServer({ dataDir, supervised: false, args });
    let before: MetricsText = await metricsOf(server.url);
    try {
      return await use({
        url: server.url,
        plain: false,
        async count() {
          const now = await metricsOf(server.url);
          const count = countOf(before, now);
          before = now;
          return count;
        },
      });
    } finally {
      await server.stop();
    }
  });
}

function countOf(before: MetricsText, now: MetricsText): SideCount {
  const ms = (name: string, part: number) => 1000 * quantile(`holdfast_${name}_seconds`, part, before, now);
  const late = (part: number) => ms("tick_lateness", part);
  // A histogram's last bucket has no upper end.
  const lateMs: TimeSpread = { p50: late(0.5), p99: late(0.99), p999: late(0.999), max: Number.NaN };
  return {
    cpuSeconds: now.values.get("process_cpu_seconds_total")!,
    memoryBytes: now.values.get("process_resident_memory_bytes")!,
    lateMs,
    gateMs: { p50: ms("gate_delay", 0.5), p99: ms("gate_delay", 0.99) },
  };
}

async function metricsOf(url: string): Promise<MetricsText> {
  return readMetrics(await (await fetch(`${url}/metrics`)).text());
}
