/** The metrics: what is counted appears under its name, in seconds and bytes, and the window starts anew. */
import { expect, test } from "vitest";
import { Metrics } from "../../server/ops/metrics.ts";

const dropReasons = ["overflow", "duplicate", "late"];

async function exposed(metrics: Metrics): Promise<Map<string, number>> {
  const { text } = await metrics.text();
  const samples = text.split("\n").filter((line) => line && !line.startsWith("#"));
  return new Map(
    samples.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
  );
}

test("every method moves the metric it is named for", async () => {
  const metrics = new Metrics({ process: false });
  metrics.matches.tick({ latenessSeconds: 0.0015, seconds: 0.0003 });
  metrics.matches.gateReleased(0.0025);
  metrics.matches.sent(3, 100);
  metrics.matches.sent(1, 50);
  metrics.matches.journaled(12);
  metrics.matches.journalLag(3);
  metrics.matches.snapshot(0.02);
  metrics.matches.restored("restored", 0.2);
  metrics.matches.restored("left", 9);
  metrics.matches.running({ matches: 2, seats: 9, frozen: 1, unprotected: 2 });
  expect(Object.fromEntries(await exposed(metrics))).toMatchObject({
    'holdfast_tick_lateness_seconds_bucket{le="0.001"}': 0,
    'holdfast_tick_lateness_seconds_bucket{le="0.002"}': 1,
    holdfast_tick_seconds_sum: 0.0003,
    'holdfast_gate_delay_seconds_bucket{le="0.003"}': 1,
    holdfast_patches_sent_total: 4,
    holdfast_sent_bytes_total: 150,
    holdfast_journal_bytes_total: 12,
    holdfast_journal_lag_ticks: 3,
    holdfast_snapshot_seconds_count: 1,
    holdfast_restore_seconds_sum: 0.2,
    holdfast_matches: 2,
    holdfast_seats: 9,
    holdfast_matches_frozen: 1,
    holdfast_matches_unprotected: 2,
  });
});

test("dropped inputs are counted by reason, and every reason is there from the start", async () => {
  const metrics = new Metrics({ process: false });
  metrics.matches.inputsDropped("late");
  metrics.matches.inputsDropped("late");
  const samples = await exposed(metrics);
  const counts = dropReasons.map((reason) =>
    samples.get(`holdfast_inputs_dropped_total{reason="${reason}"}`),
  );
  expect(counts).toEqual(dropReasons.map((reason) => (reason === "late" ? 2 : 0)));
});

test("the window is of what came since the last one", () => {
  const metrics = new Metrics({ process: false });
  for (let at = 0; at < 99; at++) metrics.matches.gateReleased(0.001);
  metrics.matches.gateReleased(0.05);
  const first = metrics.matches.window();
  expect(first.gateMsP50).toBeCloseTo(1, 1);
  expect(first.gateMsP99).toBeLessThan(2);
  expect(first.tickLatenessMsP99).toBeNaN();
  expect(metrics.matches.window().gateMsP50).toBeNaN();
});

test("the process is measured too, and two servers do not share a registry", async () => {
  const one = new Metrics();
  const two = new Metrics();
  one.matches.sent(1, 1);
  expect((await exposed(two)).get("holdfast_patches_sent_total")).toBe(0);
  expect((await two.text()).text).toContain("nodejs_eventloop_lag");
});

test("[P6] whatever is said of them, labels keep to what is known beforehand", async () => {
  const metrics = new Metrics({ process: false });
  const size = async () => (await exposed(metrics)).size;
  const asked = (method: string, status: number | undefined) =>
    metrics.http.answered({ route: "/v1/*", method, status, seconds: 0.1 });
  asked("OTHER", 404);
  metrics.accounts.sessionRefused("check", "not/a-code");
  const before = await size();
  for (const method of ["PURGE", "get", "", "constructor"]) asked(method, 404);
  for (const code of ["", "session/", "toString", "x".repeat(1000)])
    metrics.accounts.sessionRefused("check", code);
  expect(await size()).toBe(before);
  const ofNobody = 'holdfast_sessions_refused_total{request="check",code="other"}';
  expect((await exposed(metrics)).get(ofNobody)).toBe(5);
});

test("a status is counted by its class, and a caller who hung up before there was one as none", async () => {
  const metrics = new Metrics({ process: false });
  for (const status of [200, 201, 304, 404, 503, undefined])
    metrics.http.answered({ route: "/", method: "GET", status, seconds: 0.1 });
  const samples = await exposed(metrics);
  const counts = ["2xx", "3xx", "4xx", "5xx", "none"].map((status) =>
    samples.get(`holdfast_http_requests_total{route="/",method="GET",status="${status}"}`),
  );
  expect(counts).toEqual([2, 1, 1, 1, 1]);
  expect(samples.get('holdfast_http_request_seconds_count{route="/",method="GET"}')).toBe(6);
});
