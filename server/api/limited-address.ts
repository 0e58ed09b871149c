/** The name under which the requests of an address are counted. */
import { addressRange } from "../net/address-range.ts";

/** An IPv4 address in its normal form; for IPv6 the /64, because one caller has all of it. */
export function limitedAddress(address: string | undefined): string {
  if (address === undefined) return "unknown";
  const range = addressRange(address);
  return range?.replace("/32", "").replace(":0:0:0:0/64", "::/64") ?? address;
}
