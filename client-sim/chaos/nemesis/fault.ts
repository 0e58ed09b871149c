/** What chaos does to a server or to a fleet, by name, and what each of them is meant to find. Plain data. */

/**
 * kill: SIGKILL of the process that owns matches. pause: it stands still for three leases, and goes on. cut: it
 * runs, and nothing gets through between it and Redis for three leases. loss: the same by a router on the way that loses
 * its packets for seven seconds, so that both kernels go on sending into nothing; root on Linux only. redis-restart: SIGKILL of redis-server,
 * which comes back with what its append-only file has. matchmaker: SIGKILL of one that owns nothing.
 */
export const faultKinds = ["kill", "pause", "cut", "loss", "redis-restart", "matchmaker"] as const;

export type FaultKind = (typeof faultKinds)[number];
