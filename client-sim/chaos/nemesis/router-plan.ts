/**
 * The commands that build a router between two networks of this machine: a network namespace in the middle, one behind
 * it, and links between them. Packets are dropped at the router, so that the kernel of neither end notices. Plain text;
 * router.ts runs it.
 */

export interface NamespaceNames {
  /** Names of the namespaces. */
  readonly router: string;
  readonly far: string;
}

export interface RouterPlan extends NamespaceNames {
  /** Source addresses for the near side, one for each connection whose packets can be dropped separately. */
  readonly near: readonly string[];
  /** Target address of a process in the namespace `far`. */
  readonly farAddress: string;
  /** Calls of `ip`, in order. */
  readonly build: readonly (readonly string[])[];
}

const prefix = "holdfast-";

/** @param pid the process that needs it; it identifies routers that were left behind. @param count of near addresses */
export function routerPlan(pid: number, count: number): RouterPlan {
  // Addresses for benchmarks of network devices (RFC 2544), which carry no other traffic.
  const subnet = (pid % 250) + 1;
  const [nearSide, farSide] = [`198.18.${subnet}`, `198.19.${subnet}`];
  const near = Array.from({ length: count }, (_, at) => `${nearSide}.${at + 1}`);
  const [router, far] = [`${prefix}${pid}-router`, `${prefix}${pid}-far`];
  // The name of a device has at most 15 characters.
  const [a, b, c, d] = ["a", "b", "c", "d"].map((end) => `hf${pid}${end}`) as [
    string,
    string,
    string,
    string,
  ];
  const farAddress = `${farSide}.1`;
  const build = [
    `netns add ${router}`,
    `netns add ${far}`,
    `link add ${a} type veth peer name ${b} netns ${router}`,
    `-n ${router} link add ${c} type veth peer name ${d} netns ${far}`,
    ...near.map((address) => `addr add ${address}/24 dev ${a}`),
    `link set ${a} up`,
    `-n ${router} addr add ${nearSide}.254/24 dev ${b}`,
    `-n ${router} addr add ${farSide}.254/24 dev ${c}`,
    ...["lo", b, c].map((device) => `-n ${router} link set ${device} up`),
    `-n ${far} addr add ${farAddress}/24 dev ${d}`,
    ...["lo", d].map((device) => `-n ${far} link set ${device} up`),
    `-n ${far} route add default via ${farSide}.254`,
    `route add ${farSide}.0/24 via ${nearSide}.254`,
    `netns exec ${router} sysctl -q -w net.ipv4.ip_forward=1`,
  ].map((line) => line.split(" "));
  return { router, far, near, farAddress, build };
}

/** Rules for both directions: nothing from this address, and nothing to it. */
export function lossRules({ router }: NamespaceNames, order: "add" | "del", address: string): string[][] {
  return ["from", "to"].map((way) => ["-n", router, "rule", order, "blackhole", way, address]);
}

/** Removes the namespaces, and with them the links and the route. */
export function removal({ router, far }: NamespaceNames): string[][] {
  return [router, far].map((name) => ["netns", "del", name]);
}

/** @param namespaces the output of `ip netns list`. @returns those whose process is gone */
export function leftBehind(namespaces: string, isAlive: (pid: number) => boolean): string[] {
  const all = [...namespaces.matchAll(/^holdfast-(\d+)-(?:router|far)\b/gm)];
  return all.filter(([, pid]) => !isAlive(Number(pid))).map(([name]) => name);
}
