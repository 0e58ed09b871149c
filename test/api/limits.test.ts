/** How often one may ask, over HTTP: per address and per user, counted once for all instances. */
import { afterEach, describe, expect, it, test } from "vitest";
import { limitedAddress } from "../../server/api/limited-address.ts";
import { type ApiServer, closeApiServers, startApi } from "./api-server.ts";

const threeAtOnce = { burst: 3, refillMs: 2000 };

afterEach(closeApiServers);

const from = ({ call }: ApiServer, address: string, path = "/v1/matches") =>
  call("GET", path, { headers: { "x-forwarded-for": address } });

async function timesUntilRefused(ask: () => Promise<{ status: number }>): Promise<number> {
  for (let times = 0; times < 20; times++) if ((await ask()).status === 429) return times;
  return Number.POSITIVE_INFINITY;
}

describe("an address", () => {
  it("[P6.8] that asks too often is told when to come back, may come then, and holds up no other", async () => {
    const api = await startApi({ limits: { address: threeAtOnce } });
    expect(await timesUntilRefused(() => from(api, "192.0.2.1"))).toBe(3);
    const refused = await from(api, "192.0.2.1");
    expect(refused).toMatchObject({
      status: 429,
      type: "application/problem+json",
      body: { code: "rate/limited" },
    });
    expect(refused.headers.get("retry-after")).toBe("2");
    expect((await from(api, "192.0.2.2")).status).toBe(200);
    await api.world.pass(2000);
    expect(await timesUntilRefused(() => from(api, "192.0.2.1"))).toBe(1);
  });

  it("[P6.8] [P8] is counted once for all instances", async () => {
    const one = await startApi({ limits: { address: threeAtOnce } });
    const other = await startApi({ limits: { address: threeAtOnce }, world: one.world });
    expect((await from(one, "192.0.2.1")).status).toBe(200);
    expect((await from(other, "192.0.2.1")).status).toBe(200);
    expect(await timesUntilRefused(() => from(one, "192.0.2.1"))).toBe(1);
    expect((await from(other, "192.0.2.1")).status).toBe(429);
  });

  it("[P6] of IPv6 is its /64, and an IPv4 address in IPv6's clothes is itself", async () => {
    const api = await startApi({ limits: { address: threeAtOnce } });
    let host = 0;
    expect(await timesUntilRefused(() => from(api, `2001:db8:0:7::${(++host).toString(16)}`))).toBe(3);
    expect((await from(api, "2001:db8:0:8::1")).status).toBe(200);
    await timesUntilRefused(() => from(api, "192.0.2.1"));
    expect((await from(api, "::ffff:192.0.2.1")).status).toBe(429);
    expect((await from(api, "::ffff:192.0.2.2")).status).toBe(200);
  });

  it("[P6] counts on every route, before the token, the shape and the body's sense are looked at", async () => {
    const address = { burst: 0.5, refillMs: 2000 };
    const api = await startApi({ limits: { address } });
    const asked = await Promise.all([
      api.call("POST", "/v1/sessions"),
      api.call("GET", "/v1/session", { token: "nonsense" }),
      api.call("POST", "/v1/tickets", { body: { nonsense: true } }),
      api.call("GET", "/v1/leaderboards/duel?from=x"),
      api.call("GET", "/v1/tickets/x/events"),
    ]);
    expect(asked.map(({ status }) => status)).toEqual([429, 429, 429, 429, 429]);
  });
});

describe("a user", () => {
  it("[P6.8] has a limit of their own, wherever they ask from, and another user has their", async () => {
    const api = await startApi({ limits: { user: threeAtOnce } });
    const [ann, ben] = [await api.guest(), await api.guest()];
    let asked = 0;
    const ask = ({ token }: { token: string }) =>
      api.call("GET", "/v1/session", { token, headers: { "x-forwarded-for": `192.0.2.${++asked}` } });
    expect(await timesUntilRefused(() => ask(ann))).toBe(3);
    const refused = await ask(ann);
    expect(refused).toMatchObject({ status: 429, body: { code: "rate/limited" } });
    expect(refused.headers.get("retry-after")).toBe("2");
    expect((await ask(ben)).status).toBe(200);
    expect((await from(api, "192.0.2.200")).status).toBe(200);
  });
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::FFFF:192.0.2.1", "192.0.2.1"],
  ["::ffff:c000:201", "192.0.2.1"],
  ["0:0:0:0:0:ffff:c000:201", "192.0.2.1"],
  ["2001:db8:0:7::1", "2001:db8:0:7::/64"],
  ["2001:0DB8:0000:0007:1:2:3:4", "2001:db8:0:7::/64"],
  ["2001:db8::7:1:2:3:4", "2001:db8:0:7::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["::", "0:0:0:0::/64"],
  ["1:2:3:4:5:6:192.0.2.1", "1:2:3:4::/64"],
  [undefined, "unknown"],
  ["nonsense", "nonsense"],
])("the requests of %s count as those of %s", (address, counted) => {
  expect(limitedAddress(address)).toBe(counted);
});
