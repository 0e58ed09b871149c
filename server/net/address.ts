/**
 * Hosts and ports as text: in a URL, as typed by a person, and as dialled by another process on this machine. Only
 * here does an IPv6 address get its brackets. Pure; it resolves no names.
 */

/** Where a server listens. */
export interface ListenPlace {
  readonly port: number;
  readonly host: string;
  /** A bound socket that this process got at its start; port and host are then only for messages. */
  readonly fd?: number;
}

/** The form in a URL: `localhost:2567`, `[::1]:2567`. */
export function hostAndPort(host: string, port: number): string {
  return `${inUrl(host)}:${port}`;
}

/** For people on this machine: the host of a server that listens on `host`. */
export function typedHost(host: string): string {
  return wildcardFamily(host) === 4 ? "localhost" : dialledHost(host);
}

/** For programs on this machine: a wildcard address becomes the loopback address of its family. */
export function dialledHost(host: string): string {
  const family = wildcardFamily(host);
  if (family === undefined) return host;
  return family === 4 ? "127.0.0.1" : "::1";
}

/** The family of the wildcard address; undefined for any other address, and for a name. */
export function wildcardFamily(host: string): 4 | 6 | undefined {
  const url = `http://${inUrl(host)}`;
  // The URL parser knows all spellings of one address.
  const canonical = URL.canParse(url) ? new URL(url).hostname : host;
  if (canonical === "[::]") return 6;
  return canonical === "0.0.0.0" ? 4 : undefined;
}

/** Whether `address` is `host:port` or `[ipv6]:port`, and nothing more. */
export function isAddress(address: string): boolean {
  const port = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})$/.exec(address)?.[1];
  return port !== undefined && Number(port) > 0 && URL.canParse(`http://${address}`);
}

/** A zone (`fe80::1%eth0`) is not allowed in a URL. */
function inUrl(host: string): string {
  return host.includes(":") ? `[${host.replace(/%.*$/, "")}]` : host;
}
