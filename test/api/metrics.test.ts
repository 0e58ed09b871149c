/** Requests over a real socket, and what the metrics say of them: by templates, never by what a caller wrote. */
import { afterEach, expect, test } from "vitest";
import { Metrics } from "../../server/ops/metrics.ts";
import { samplesOf } from "../docs/described-metrics.ts";
import { type ApiOptions, adminToken, closeApiServers, startApi } from "./api-server.ts";

afterEach(closeApiServers);

async function serve(options: ApiOptions = {}) {
  const metrics = new Metrics({ process: false });
  const api = await startApi({ ...options, httpMetrics: metrics.http });
  const samples = async () => samplesOf((await metrics.text()).text);
  /** An answer is counted when its connection says that it has left, which may be after the caller has it. */
  const counted = (route: string, method: string, status: string) =>
    expect
      .poll(async () =>
        (await samples()).get(
          `holdfast_http_requests_total{route="${route}",method="${method}",status="${status}"}`,
        ),
      )
      .toBe(1);
  return { ...api, samples, counted };
}

test("a request is counted by the template of its route, its method and the class of its answer", async () => {
  const { call, guest, counted, samples } = await serve();
  const { token } = await guest();
  await counted("/v1/sessions", "POST", "2xx");
  await call("GET", "/v1/matches/m1");
  await counted("/v1/matches/:id", "GET", "2xx");
  await call("GET", "/v1/matches/m7");
  await counted("/v1/matches/:id", "GET", "4xx");
  await call("GET", "/v1/tickets/duel.nothing", { token });
  await counted("/v1/tickets/:id", "GET", "4xx");
  await call("POST", "/matchmake/joinOrCreate/arena", { token, body: {} });
  await counted("/matchmake/:method/:target", "POST", "2xx");
  await call("PUT", "/admin/users/ann/ban", { token: adminToken, body: { minutes: 1 } });
  await counted("/admin/users/:id/ban", "PUT", "2xx");
  await call("GET", "/admin/users/ann", { token: "wrong" });
  await counted("/admin/*", "GET", "4xx");
  await call("GET", "/healthz");
  await counted("/healthz", "GET", "2xx");
  expect(
    (await samples()).get('holdfast_http_request_seconds_count{route="/v1/matches/:id",method="GET"}'),
  ).toBe(2);
});

test("what a route throws is counted at its route, as an error of ours", async () => {
  const match = async () => {
    throw new Error("a bug");
  };
  const { call, counted } = await serve({ match });
  await call("GET", "/v1/matches/m1");
  await counted("/v1/matches/:id", "GET", "5xx");
});

test("[P6] no path, method or header of a caller makes a series of its own", async () => {
  const { url, samples } = await serve();
  const odd = [
    "a",
    "b%2Fc",
    "%00",
    "x".repeat(500),
    "..%2f..",
    "%F0%9F%8E%B2",
    "tickets",
    "1e9",
    "{id}",
    '"q"',
  ];
  const roots = [
    "",
    "/v1",
    "/v1/matches",
    "/v1/tickets",
    "/v1/leaderboards",
    "/v1/players",
    "/docs",
    "/admin",
  ];
  const ask = (path: string, method = "GET") =>
    fetch(url + path, { method }).then((answer) => answer.arrayBuffer());
  const askAll = async (end: string) => {
    const paths = roots.flatMap((root) => odd.map((each) => `${root}/${encodeURI(each)}${end}`));
    await Promise.all(paths.map((path) => ask(path)));
    await Promise.all(["PATCH", "PURGE", "LINK"].map((method) => ask(`/v1/matches/m${end}`, method)));
  };
  const requests = async () =>
    [...(await samples())].reduce(
      (sum, [name, count]) => sum + (/_requests_total/.test(name) ? count : 0),
      0,
    );
  const each = roots.length * odd.length + 3;
  await askAll("");
  await expect.poll(requests).toBe(each);
  const before = [...(await samples()).keys()];
  await askAll("-other");
  await askAll("/deeper/and/deeper");
  await expect.poll(requests).toBe(3 * each);
  const after = [...(await samples()).keys()];
  expect(after.filter((name) => !before.includes(name) && !deeper.test(name))).toEqual([]);
  const routes = new Set(after.flatMap((name) => /route="[^"]*"/.exec(name) ?? []));
  expect(routes.size).toBeLessThan(20);
  expect([...routes].filter((route) => !/^route="(\/[a-z0-9:*]+)+"$/.test(route))).toEqual([]);
  expect(after.filter((name) => /PURGE|LINK/.test(name))).toEqual([]);
  expect(after.some((name) => name.includes('method="other"'))).toBe(true);
});

/** What no route takes under a mount may be new to it; it is one series. */
const deeper = /route="[^"]*\/\*"/;

test("a caller who hangs up before there is an answer is counted as one without a status", async () => {
  const asked = Promise.withResolvers<void>();
  const { url, counted } = await serve({
    match: () => {
      asked.resolve();
      return new Promise(() => {});
    },
  });
  const hangUp = new AbortController();
  const request = fetch(`${url}/v1/matches/m1`, { signal: hangUp.signal }).catch(() => {});
  await asked.promise;
  hangUp.abort();
  await request;
  await counted("/v1/matches/:id", "GET", "none");
});
