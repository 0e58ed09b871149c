/**
 * A router between two networks of this machine, as the commands that make it: a network namespace in the middle, one
 * behind it, and proxies between them. What is lost is lost at the router, on the way, so that neither end's kernel
 * hears of it. Plain text; who runs them is router.ts.
 */

export interface NamespaceNames {
  /** Namespaces. */
  readonly router: string;
  readonly far: string;
}

export interface RouterPlan extends NamespaceNames {
  /** Where the near side's connections may come from, one for each whose packets are lost apart from the others'. */
  readonly near: readonly string[];
  /** Where they lead to: of a process in the namespace `far`. */
  readonly farAddress: string;
  /** Arguments of `ip`, in order. */
  readonly build: readonly (readonly string[])[];
}

const prefix = "holdfast-";

/** @param pid of the process that needs it; by it one that was left behind is known. @param count of near addresses */
export function routerPlan(pid: number, count: number): RouterPlan {
  // Networks for tests of network devices (RFC 2544): nobody else's traffic is there.
  const subnet = (pid % 250) + 1;
  const [nearSide, farSide] = [`198.18.${subnet}`, `198.19.${subnet}`];
  const near = Array.from({ length: count }, (_, at) => `${nearSide}.${at + 1}`);
  const [router, far] = [`${prefix}${pid}-router`, `${prefix}${pid}-far`];
  // A name of a device has 15 letters at most.
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

/** Both ways: nothing from this address, and nothing to it. */
export function lossRules({ router }: NamespaceNames, order: "add" | "del", address: string): string[][] {
  return ["from", "to"].map((way) => ["-n", router, "rule", order, "blackhole", way, address]);
}

/** Takes the proxies with it, and the way there. */
export function removal({ router, far }: NamespaceNames): string[][] {
  return [router, far].map((name) => ["netns", "del", name]);
}

/** @param namespaces all that there are, as `ip netns list` says. @returns those whose process is gone */
export function leftBehind(namespaces: string, isAlive: (pid: number) => boolean): string[] {
  const all = [...namespaces.matchAll(/^holdfast-(\d+)-(?:router|far)\b/gm)];
  return all.filter(([, pid]) => !isAlive(Number(pid))).map(([name]) => name);
}
