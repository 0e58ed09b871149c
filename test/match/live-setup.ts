/**
 * A live match on a real memory store that can be made to stand still, fail or forget, with its committer, its
 * gate, and a body that writes down what it is told.
 */
import { Committer } from "../../server/durability/committer.ts";
import { recoveryPlan } from "../../server/durability/recovery.ts";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { noHostMetrics } from "../../server/match/host-metrics.ts";
import { type LiveLimits, LiveMatch } from "../../server/match/live-match.ts";
import { restoredState } from "../../server/match/restore.ts";
import { type MatchState, newMatchState } from "../../server/match/state.ts";
import { type TallyInput, tally } from "./tally.ts";

export const limits: LiveLimits = {
  seatGraceTicks: 90,
  emptyTicksMax: Number.POSITIVE_INFINITY,
  aloneTicksMax: Number.POSITIVE_INFINITY,
  commandsPerSecondMax: 1e9,
  commandBytesPerSecondMax: 1e9,
  spectatorsMax: 2,
  commandsPendingMax: 4,
  unackedTicksMax: 10,
  gateBytesMax: 10_000,
  snapshotEveryTicks: 20,
  snapshotEveryBytes: 1e6,
};
const about = { game: "tally", version: 1, seed: 7, options: { overAt: 0 } };
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A store whose appends can be stopped, and whose other writes can be made to fail. */
export class StubbornStore extends MemoryStore {
  #open = Promise.withResolvers<void>();
  failure: Error | undefined;
  /** Snapshots wait for it. */
  snapshots: Promise<void> | undefined;
  snapshotsAsked = 0;
  /** Answers every append as a store does that came back without its newest records. */
  forgetful = false;

  constructor() {
    super();
    this.#open.resolve();
  }

  stall(): () => void {
    this.#open = Promise.withResolvers<void>();
    return () => this.#open.resolve();
  }

  override async append(...args: Parameters<MemoryStore["append"]>) {
    await this.#open.promise;
    if (this.forgetful) return args[0].map(() => ({ ok: false, code: "store/lost-acknowledged" }) as const);
    return super.append(...args);
  }

  override async snapshot(...args: Parameters<MemoryStore["snapshot"]>) {
    this.snapshotsAsked += 1;
    await this.snapshots;
    if (this.failure !== undefined) throw this.failure;
    return super.snapshot(...args);
  }
}

export async function setUp(
  options: { overAt?: number; gateOpen?: boolean; state?: MatchState; limits?: Partial<LiveLimits> } = {},
) {
  const store = new StubbornStore();
  const { epoch } = await store.create({ id: "m", node: "n1", about: JSON.stringify(about) });
  const sent: string[] = [];
  const told: string[] = [];
  const logged: string[] = [];
  const committer = new Committer({ store, later: (_, task) => setImmediate(task), onTrouble: () => {} });
  const inbox: TallyInput[] = [];
  const live = new LiveMatch<string>({
    id: "m",
    epoch,
    game: tally,
    state: options.state ?? newMatchState(tally, about.seed, { overAt: options.overAt ?? 0 }),
    limits: { ...limits, ...options.limits },
    store,
    committer,
    metrics: noHostMetrics,
    nowMs: () => 0,
    log: (message) => logged.push(message),
    deliver: (frame) => sent.push(frame),
    gateOpen: options.gateOpen ?? false,
  });
  live.attachRoom({
    takeInputs: (_sessionId, max) => inbox.splice(0, max),
    patch: () => ({ frame: `patch ${live.match.tick}`, bytes: 10 }),
    seatGone: (sessionId) => told.push(`gone ${sessionId}`),
    frozen: (frozen) => told.push(frozen ? "frozen" : "resumed"),
    unprotected: (unprotected) => told.push(unprotected ? "unprotected" : "protected"),
    over: () => told.push("over"),
    stopped: ({ code }) => told.push(`stopped ${code}`),
  });
  const tick = async (count = 1) => {
    for (let i = 0; i < count; i++) {
      live.tick();
      committer.flush();
      await settled();
    }
  };
  live.match.join({ sessionId: "a", userId: "a", name: "a", token: "t", spectate: false });
  return { store, live, tick, sent, told, logged, committer, inbox };
}

export const restored = async (store: MemoryStore) => {
  const plan = recoveryPlan(await store.load("m"));
  if (plan.kind !== "restore") throw new Error(plan.reason);
  return restoredState(tally, about, plan);
};
