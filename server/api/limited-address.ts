/** Under which name the requests of an address are counted. */
import { addressRange } from "../net/address-range.ts";

/** An IPv4 address as it is, however it is written; of IPv6 the /64, because everything in it is one caller's. */
export function limitedAddress(address: string | undefined): string {
  if (address === undefined) return "unknown";
  const range = addressRange(address);
  return range?.replace("/32", "").replace(":0:0:0:0/64", "::/64") ?? address;
}
