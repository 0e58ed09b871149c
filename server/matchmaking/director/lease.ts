/**
 * Who leads a queue. A candidate keeps trying; the leader holds a row that goes by itself if it is not written
 * again in time. Rows of the queue's part:
 *
 *   lease  name of the leader; gone a while after its last renewal
 *   epoch  JSON of number and name; written when the leader changes, never otherwise
 *
 * What a leader writes counts on the epoch row's version: once another one leads, nothing of it is kept, whether
 * it knows or not. The lease decides only when another one may try.
 */
import type { SteadyClock } from "../../../shared/clock.ts";
import { absent, type MatchmakingStore, type Version } from "../../rows/store.ts";

const leaseMsMin = 800;
/** A leader that stands still for a scan of a huge queue must not lose it at every scan. */
const leasePerBusyMs = 3;
const leaseMsMax = 15_000;
const renewEveryMs = 200;

const leaseKey = "lease";
export const epochKey = "epoch";

export interface Lead {
  /** Grows with every leader. */
  readonly epoch: number;
  /** What a leader's writes expect of the row `epoch`. */
  readonly epochVersion: Version;
}

interface Held extends Lead {
  readonly leaseVersion: Version;
  readonly renewedAtMs: number;
}

export interface LeaseOptions {
  readonly store: MatchmakingStore;
  readonly part: string;
  /** Different for every candidate, also for one that comes back. */
  readonly name: string;
  /** Never steps; of this process. */
  readonly steadyMs: SteadyClock;
  /** The store is this process's alone: there is nobody to wait for, and nothing to renew. */
  readonly alone?: boolean;
}

export class Lease {
  readonly #options: LeaseOptions;
  #held: Held | undefined;
  #underWay: Promise<Lead | undefined> | undefined;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /**
   * Renews the lease, or takes it when it is free. Called several times per lease; calls at the same time share
   * one.
   * @param busyMs for how long the process does nothing else at a time
   * @throws StoreError
   */
  keep(busyMs = 0): Promise<Lead | undefined> {
    const leaseMs = Math.min(Math.max(leaseMsMin, leasePerBusyMs * busyMs), leaseMsMax);
    this.#underWay ??= this.#keep(leaseMs).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** So that another one need not wait until it runs out. */
  async release(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (!held) return;
    const { store, part } = this.#options;
    await store.commit(part, {
      expect: [{ key: leaseKey, version: held.leaseVersion }],
      put: [],
      remove: [leaseKey],
    });
  }

  async #keep(leaseMs: number): Promise<Lead | undefined> {
    const { store, part, name, steadyMs } = this.#options;
    const held = this.#held;
    const startedAtMs = steadyMs();
    if (!held) return this.#take(leaseMs);
    if (this.#options.alone || startedAtMs - held.renewedAtMs < renewEveryMs) return held;
    const result = await store.commit(part, {
      expect: [
        { key: leaseKey, version: held.leaseVersion },
        { key: epochKey, version: held.epochVersion },
      ],
      put: [{ key: leaseKey, value: name, keepMs: leaseMs }],
    });
    if (!result.ok) {
      this.#held = undefined;
      return this.#take(leaseMs);
    }
    this.#held = { ...held, leaseVersion: result.versions[0]!, renewedAtMs: startedAtMs };
    return this.#held;
  }

  async #take(leaseMs: number): Promise<Lead | undefined> {
    const { store, part, name, steadyMs } = this.#options;
    const startedAtMs = steadyMs();
    const [lease, epochRow] = await store.read(part, [leaseKey, epochKey]);
    const last = epochRow && (JSON.parse(epochRow.value) as { number: number; name: string });
    if (lease && lease.value !== name && !this.#options.alone) return undefined;
    // It is this candidate's own: the answer to the write was lost.
    if (lease && epochRow && last?.name === name)
      return this.#hold({
        epoch: last.number,
        epochVersion: epochRow.version,
        leaseVersion: lease.version,
        renewedAtMs: startedAtMs,
      });
    const epoch = (last?.number ?? 0) + 1;
    const result = await store.commit(part, {
      expect: [
        { key: leaseKey, version: lease?.version ?? absent },
        { key: epochKey, version: epochRow?.version ?? absent },
      ],
      put: [
        { key: leaseKey, value: name, keepMs: leaseMs },
        { key: epochKey, value: JSON.stringify({ number: epoch, name }) },
      ],
    });
    if (!result.ok) return undefined;
    const [leaseVersion, epochVersion] = result.versions as [Version, Version];
    return this.#hold({ epoch, epochVersion, leaseVersion, renewedAtMs: startedAtMs });
  }

  #hold(held: Held): Lead {
    this.#held = held;
    return held;
  }
}
