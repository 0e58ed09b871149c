/** Under which name the requests of an address are counted. */
import { isIPv6 } from "node:net";

const mappedIpv4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;
/** Of the eight groups of an IPv6 address: what one household or one rented server has to itself. */
const networkGroups = 4;

/** An IPv4 address as it is; of IPv6 the /64, because everything in it is one caller's. */
export function limitedAddress(address: string | undefined): string {
  if (address === undefined) return "unknown";
  const mapped = mappedIpv4.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("%", 1)[0]!.split("::", 2);
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, zeros)).fill("0"), ...right];
  const network = groups.slice(0, networkGroups).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}
