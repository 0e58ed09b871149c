/** What `bench -- netcode` counts, tried on drawings whose faults are known. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, test, vi } from "vitest";
import { startLineProxy } from "../../client-sim/bench/netcode/line-proxy.ts";
import { latenessOf, lineKinds } from "../../client-sim/bench/netcode/lines.ts";
import { runnerSeen, type SeenAt } from "../../client-sim/bench/netcode/runner-seen.ts";
import { Chance } from "../../shared/game/deterministic/chance.ts";

/** Nearly full speed, in units per ms; other curves in each second, so that no two moments look alike. */
const speed = 0.26;
function whereAt(ms: number): { x: number; y: number } {
  return { x: 1000 + 200 * Math.sin((ms * speed) / 200), y: 500 + 200 * Math.cos((ms * speed) / 200) };
}

const seconds = 20;
const truth: SeenAt[] = Array.from({ length: seconds * 30 }, (_, tick) => ({
  atMs: (tick * 1000) / 30,
  ...whereAt((tick * 1000) / 30),
}));
const frameMs = 1000 / 60;

function drawn(shift: (ms: number, frame: number) => number): SeenAt[] {
  return Array.from({ length: (seconds - 2) * 60 }, (_, frame) => {
    const atMs = 1000 + frame * frameMs;
    return { atMs, ...whereAt(atMs - shift(atMs, frame)) };
  });
}

test("a runner who is drawn 80 ms late and steadily is seen so", () => {
  const { frozen, jumpsPerMinute, delayMs } = runnerSeen(
    drawn(() => 80),
    truth,
  );
  expect(Math.abs(delayMs - 80)).toBeLessThanOrEqual(8);
  expect([frozen, jumpsPerMinute]).toEqual([0, 0]);
});

test("a picture that stands for six frames of each second and then leaps has a tenth of its frames frozen and sixty jumps", () => {
  const standing = (_: number, frame: number) => 80 + Math.max(0, (frame % 60) - 53) * frameMs;
  const { frozen, jumpsPerMinute } = runnerSeen(drawn(standing), truth);
  expect(frozen).toBeCloseTo(0.1, 1);
  expect(Math.round(jumpsPerMinute / 10)).toBe(6);
});

test("a line is as late as its quantiles say", () => {
  const chance = new Chance({ random: 1 });
  for (const kind of lineKinds) {
    const late = Array.from({ length: 20_000 }, () => latenessOf(kind, chance, 5000)).sort((a, b) => a - b);
    const half = kind.isEven ? kind.lateMs.at(-1)![1] / 2 : kind.lateMs[0]![1];
    expect(Math.abs(late[10_000]! - half), kind.name).toBeLessThanOrEqual(half * 0.1 + 0.1);
  }
});

test("what goes over a line comes whole and in order, both ways", async () => {
  const echo = createServer((socket) => socket.pipe(socket));
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  const server = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
  const kind = lineKinds.find(({ name }) => name === "60 ms of jitter")!;
  const line = await startLineProxy(server, kind, 7);
  const socket = connect(Number(new URL(line.url).port), "127.0.0.1");
  let said = "";
  let heard = "";
  socket.on("data", (bytes) => {
    heard += bytes;
  });
  for (let at = 0; at < 300; at++) {
    socket.write(`${at},`);
    said += `${at},`;
    // Each in a piece of its own.
    await new Promise(setImmediate);
  }
  await vi.waitFor(() => expect(heard.length).toBe(said.length), { timeout: 10_000 });
  expect(heard).toBe(said);
  socket.destroy();
  line.stop();
  echo.close();
});
