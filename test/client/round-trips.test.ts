/** Round trips to the regions of a queue, to real servers and by a clock that the test has. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { measureRoundTrips } from "../../shared/client/round-trips.ts";
import type { SteadyMs } from "../../shared/clock.ts";

let near: Server;
let url: string;
const asked: string[] = [];

beforeAll(async () => {
  near = createServer((request, answer) => {
    asked.push(`${request.method} ${request.url}`);
    answer.end("{}");
  });
  await new Promise<void>((resolve) => near.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(near.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => near.close(resolve)));

test("[P6] a region that answers has a round trip, also below a path; one that refuses has none", async () => {
  const nobody = createServer();
  await new Promise<void>((resolve) => nobody.listen(0, "127.0.0.1", resolve));
  const { port } = nobody.address() as AddressInfo;
  await new Promise((resolve) => nobody.close(resolve));
  const trips = await measureRoundTrips({ eu: `${url}/game`, us: `http://127.0.0.1:${port}` });
  expect(trips).toEqual({ eu: expect.any(Number) });
  expect(Number.isInteger(trips["eu"])).toBe(true);
  expect(new Set(asked)).toEqual(new Set(["GET /game/healthz"]));
});

test("[P6] the quickest of several answers counts, and a region that is slow is asked no more when the time is up", async () => {
  let clock = 0;
  const calls: Record<string, number> = {};
  const tripsOf: Record<string, readonly number[]> = { eu: [90, 31, 30.2, 55, 40], us: [2_000, 1_200, 700] };
  const slow: typeof fetch = async (address) => {
    const { hostname } = new URL(String(address));
    const call = calls[hostname] ?? 0;
    calls[hostname] = call + 1;
    clock += tripsOf[hostname]![call] ?? 5_000;
    return new Response();
  };
  const parts = { fetch: slow, now: () => clock as SteadyMs };
  expect(await measureRoundTrips({ eu: "https://eu" }, parts)).toEqual({ eu: 31 });
  clock = 0;
  expect(await measureRoundTrips({ us: "https://us" }, parts)).toEqual({ us: 1_200 });
  expect(calls).toEqual({ eu: 5, us: 2 });
  expect(await measureRoundTrips({}, parts)).toEqual({});
});
