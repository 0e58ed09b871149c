/** Under which name the requests of an address are counted. */
import { isIPv6 } from "node:net";

/** Of the eight groups of an IPv6 address: what one household or one rented server has to itself. */
const networkGroups = 4;
/** How an IPv6 address begins that is an IPv4 address in truth. */
const mappedPrefix = "0:0:0:0:0:ffff";

/** An IPv4 address as it is, however it is written; of IPv6 the /64, because everything in it is one caller's. */
export function limitedAddress(address: string | undefined): string {
  if (address === undefined) return "unknown";
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  if (hexOf(groups.slice(0, 6)) === mappedPrefix) return groups.slice(6).flatMap(bytesOf).join(".");
  return `${hexOf(groups.slice(0, networkGroups))}::/64`;
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  const [head = "", tail] = address.split("%", 1)[0]!.split("::", 2);
  const [left, right] = [numbersIn(head), numbersIn(tail ?? "")];
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function numbersIn(part: string): number[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => {
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

const hexOf = (groups: readonly number[]) => groups.map((group) => group.toString(16)).join(":");

const bytesOf = (group: number) => [group >> 8, group & 255];
