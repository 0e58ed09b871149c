/**
 * How far the regions of a queue are from this client: what a ticket says as `latencyMs`. An address is asked several times in
 * a row, and the quickest answer counts: the first one also opens the connection, and others may meet a busy line. It asks
 * all regions at once, is bounded in time, and never fails: a region without an answer is left out.
 */
import type { SteadyClock } from "../clock.ts";

const triesMax = 5;
const answerMsMax = 1_500;
/** One region that never answers does not hold up the ticket. */
const allMsMax = 3_000;

export interface RoundTripParts {
  readonly fetch?: typeof fetch;
  readonly now?: SteadyClock;
}

/**
 * @param addresses region to an address of a server there, as `QueueInfo.regionUrls` has them
 * @returns region to round trip, in whole milliseconds; empty when nobody answered, and then any region is accepted
 */
export async function measureRoundTrips(
  addresses: Readonly<Record<string, string>>,
  { fetch: ask = fetch, now = () => performance.now() }: RoundTripParts = {},
): Promise<Record<string, number>> {
  const untilMs = now() + allMsMax;
  const measured = Object.entries(addresses).map(async ([region, address]) => {
    const trips = await tripsTo(address, { ask, now, untilMs });
    return [region, trips] as const;
  });
  const found = (await Promise.all(measured)).filter(([, trips]) => trips.length > 0);
  return Object.fromEntries(found.map(([region, trips]) => [region, Math.ceil(Math.min(...trips))]));
}

interface TripParts {
  readonly ask: typeof fetch;
  readonly now: SteadyClock;
  readonly untilMs: number;
}

async function tripsTo(address: string, { ask, now, untilMs }: TripParts): Promise<readonly number[]> {
  const url = new URL("healthz", address.endsWith("/") ? address : `${address}/`);
  const trips: number[] = [];
  for (let tries = 0; tries < triesMax && now() < untilMs; tries++) {
    const sentMs = now();
    try {
      // What the answer says is not needed, so a server of another origin need not let this page read it.
      const signal = AbortSignal.timeout(Math.min(answerMsMax, Math.max(1, untilMs - sentMs)));
      await ask(url, { mode: "no-cors", cache: "no-store", credentials: "omit", signal });
    } catch {
      // One that does not answer is not waited for again.
      break;
    }
    trips.push(now() - sentMs);
  }
  return trips;
}
