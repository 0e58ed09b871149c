/**
 * Elects the leader of a queue. A candidate keeps trying; the leader holds a row that expires unless it is renewed.
 * Rows of the queue's part:
 *
 * lease  name of the leader; expires a while after its last renewal
 * epoch  JSON of number and name; written only when the leader changes
 *
 * A leader's writes depend on the version of the epoch row: once another one leads, none of them succeeds, whether
 * the old leader knows or not. The lease only decides when another candidate may try.
 */
import type { SteadyClock } from "../../../shared/clock.ts";
import { absent, type MatchmakingStore, type Version } from "../../rows/store.ts";

const leaseMsMin = 800;
/** A leader that stands still during the scan of a huge queue must not lose the lease at every scan. */
const leasePerBusyMs = 3;
const leaseMsMax = 15_000;
const renewEveryMs = 200;

const leaseKey = "lease";
export const epochKey = "epoch";

export interface Lead {
  /** Grows with every leader. */
  readonly epoch: number;
  /** The version of the `epoch` row that a leader's writes expect. */
  readonly epochVersion: Version;
}

interface Held extends Lead {
  readonly leaseVersion: Version;
  readonly renewedAtMs: number;
}

export interface LeaseOptions {
  readonly store: MatchmakingStore;
  readonly part: string;
  /** Different for every candidate, even for a restarted one. */
  readonly name: string;
  /** Monotonic, of this process. */
  readonly steadyMs: SteadyClock;
  /** Only this process uses the store: there is no rival, and nothing to renew. */
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
   * Renews the lease, or takes it when it is free. Called several times per lease; concurrent calls share one.
   * @param busyMs the longest time for which the process does nothing else
   * @throws StoreError
   */
  keep(busyMs = 0): Promise<Lead | undefined> {
    const leaseMs = Math.min(Math.max(leaseMsMin, leasePerBusyMs * busyMs), leaseMsMax);
    this.#underWay ??= this.#keep(leaseMs).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** Releases the lease, so that another candidate need not wait until it expires. */
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
    // The lease is this candidate's own: the answer to the write was lost.
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
