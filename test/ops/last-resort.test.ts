/** What the last resort does with what its table says: once in the log, counted, bounded. The clock is advanced. */
import { expect, test } from "vitest";
import { containedErrors, LastResort } from "../../server/ops/last-resort.ts";
import { Metrics } from "../../server/ops/metrics.ts";
import { asWork, every, WorkFailed } from "../../server/ops/work.ts";

const containedPerMinuteMax = 200;

function lastResort({ stop = async () => {} }: { stop?: () => Promise<void> } = {}) {
  const log: { level: string; message: string; details: Record<string, unknown> }[] = [];
  const line = (level: string) => (details: object, message: string) =>
    void log.push({ level, message, details: details as Record<string, unknown> });
  const exits: number[] = [];
  const words: string[] = [];
  const clock = { ms: 0 };
  const resort = new LastResort({
    log: { error: line("error"), fatal: line("fatal") },
    root: new URL("../../", import.meta.url).pathname,
    nowMs: () => clock.ms,
    exit: (code) => void exits.push(code),
    lastWords: (text) => void words.push(text),
  });
  return { resort, log, exits, words, clock, serve: () => resort.serving(stop) };
}

test("[P7.9] an error that is contained is in the log once, with an id and its stack, and ends nothing", () => {
  const { resort, log, exits, clock, serve } = lastResort();
  serve();
  const error = new Error("of a socket");
  for (let times = 0; times < 5; times++) resort.uncaught(error);
  expect(log).toHaveLength(1);
  expect(log[0]).toMatchObject({
    level: "error",
    details: { error, id: expect.stringMatching(/^[0-9a-f]{8}$/) },
  });
  // A minute later it is still worth a line, without the stack.
  clock.ms += 60_000;
  resort.uncaught(error);
  expect(log[1]?.details).toMatchObject({ id: log[0]?.details.id, times: 6 });
  expect(exits).toEqual([]);
});

test("errors that differ in nothing but numbers are one kind, others are another", () => {
  const { resort, log, serve } = lastResort();
  serve();
  for (let port = 0; port < 9; port++) resort.uncaught(new Error(`socket ${port} of 127.0.0.1`));
  resort.uncaught(new Error("something else"));
  expect(log).toHaveLength(2);
});

test("[P6] too many within a minute end the process in order, with 70 and last words", async () => {
  const stopped = Promise.withResolvers<void>();
  const { resort, exits, words, clock, serve } = lastResort({ stop: () => stopped.promise });
  serve();
  for (let times = 0; times < containedPerMinuteMax; times++) resort.uncaught(new Error("again"));
  clock.ms += 61_000;
  resort.uncaught(new Error("again"));
  expect(words).toEqual([]);
  for (let times = 0; times < containedPerMinuteMax; times++) resort.uncaught(new Error("again"));
  expect(words).toHaveLength(1);
  expect(exits).toEqual([]);
  stopped.resolve();
  await expect.poll(() => exits).toEqual([70]);
});

test("[P6] however many come from outside, the process goes on", () => {
  const { resort, words, serve } = lastResort();
  serve();
  const gone = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
  for (let times = 0; times < 10 * containedPerMinuteMax; times++) resort.uncaught(gone);
  expect(words).toEqual([]);
});

test("[P2] an error in the tick ends the process at once with 70, and says so last", () => {
  const { resort, log, exits, words, serve } = lastResort();
  serve();
  resort.uncaught(new WorkFailed("ticks", new Error("of a slot")));
  expect(exits).toEqual([70]);
  expect(log[0]?.level).toBe("fatal");
  expect(words[0]).toContain("of a slot");
});

test("[P7] an error before the process serves ends it with 1", () => {
  const { resort, exits } = lastResort();
  resort.uncaught(new Error("while it starts"));
  expect(exits).toEqual([1]);
});

test("what was contained is a metric, by its row", async () => {
  const { resort, serve } = lastResort();
  serve();
  const before = containedErrors().get("library")!;
  resort.uncaught("a text");
  const { text: body } = await new Metrics().text();
  expect(body).toContain(`holdfast_errors_contained_total{from="library"} ${before + 1}`);
  expect(body).toContain('holdfast_errors_contained_total{from="work"} 0');
  expect(body).not.toContain('from="core"');
});

test("work on a timer throws under its name", () => {
  const cause = new Error("the reason");
  expect(asWork("tidy", () => Promise.resolve())).not.toThrow();
  expect(
    asWork("tidy", () => {
      throw cause;
    }),
  ).toThrow(expect.objectContaining({ work: "tidy", cause }));
});

test("an interval that is stopped runs no more", async () => {
  let runs = 0;
  const stop = every("tidy", 1, () => runs++);
  await expect.poll(() => runs).toBeGreaterThan(1);
  stop();
  const after = runs;
  await new Promise((resolve) => setImmediate(resolve));
  expect(runs).toBe(after);
});
