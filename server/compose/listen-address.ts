/** Where a process listens and where others reach it, from its settings. An invalid address ends the start. */
import { hostname } from "node:os";
import { hostAndPort, isAddress, type ListenPlace, wildcardFamily } from "../net/address.ts";
import { PortError } from "../net/port-error.ts";
import type { Config } from "../settings/settings.ts";

export function placeOf({ port, host, listenFd }: Config): ListenPlace {
  return { port, host, ...(listenFd >= 0 && { fd: listenFd }) };
}

/** host:port under which the other nodes reach this process. */
export function addressOf({ address, host }: Config, port: number): string {
  if (address !== "auto") return address;
  return hostAndPort(wildcardFamily(host) === undefined ? host : hostname(), port);
}

/** @throws PortError */
export function checkAddresses({ address, publicAddress }: Config): void {
  if (address !== "auto") check("--address", address);
  if (publicAddress !== "none") check("--public-address", publicAddress);
}

function check(flag: string, value: string): void {
  if (isAddress(value)) return;
  throw new PortError(
    "address/invalid",
    `${flag} ${value} is not host:port. An IPv6 address needs brackets: [::1]:2567`,
  );
}
