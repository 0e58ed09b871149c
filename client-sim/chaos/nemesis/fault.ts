/** The faults that chaos injects into a server or a fleet, by name. Plain data. */

/**
 * kill: SIGKILL of a process that owns matches. pause: it is stopped for three leases, then continues. cut: it runs,
 * but nothing gets through between it and Redis for three leases. loss: a router on the way drops its packets for seven
 * seconds, while both kernels go on sending; root on Linux only. redis-restart: SIGKILL of redis-server, which comes back
 * with the content of its append-only file, which it then flushes with every write (`appendfsync always`). matchmaker: SIGKILL of a node that owns nothing.
 */
export const faultKinds = ["kill", "pause", "cut", "loss", "redis-restart", "matchmaker"] as const;

export type FaultKind = (typeof faultKinds)[number];
