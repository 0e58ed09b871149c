/**
 * Prediction against a simulated connection: a server that applies inputs with the game's own movement after
 * a delay, and a client that must see the same without waiting.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ServerTime, shortTurn, Track } from "../../shared/client/interpolate.ts";
import { OwnMotion } from "../../shared/client/predict.ts";
import { type MoveInput, type MovingBody, movePlayer } from "../../shared/games/arena/movement.ts";

const stepMs = 1000 / 30;
const start: MovingBody = { x: 100, y: 100, vx: 0, vy: 0 };

function newMotion(): OwnMotion<MovingBody, MoveInput> {
  return new OwnMotion({ move: movePlayer, tolerance: 0, jumpDistance: 200 });
}

const moves = fc.array(
  fc.record({ moveX: fc.integer({ min: -127, max: 127 }), moveY: fc.integer({ min: -127, max: 127 }) }),
  { minLength: 1, maxLength: 120 },
);

test("[P1] when nothing is lost the prediction equals the server at every acknowledged input", () => {
  fc.assert(
    fc.property(moves, fc.integer({ min: 0, max: 10 }), (inputs, inFlight) => {
      const motion = newMotion();
      const server = { ...start };
      motion.reconcile(server, 0, 0);
      inputs.forEach((input, index) => {
        const sent = index + 1;
        motion.step(sent, input, sent * stepMs);
        const acknowledged = sent - inFlight;
        if (acknowledged < 1) return;
        movePlayer(server, inputs[acknowledged - 1]!);
        expect(motion.reconcile(server, acknowledged, sent * stepMs)).toBe(0);
        expect(motion.pendingCount).toBe(Math.min(inFlight, sent));
      });
      for (const input of inputs.slice(Math.max(0, inputs.length - inFlight))) movePlayer(server, input);
      expect(motion.body).toEqual(server);
    }),
  );
});

test("an input that the server dropped is corrected by replaying the others on top", () => {
  const motion = newMotion();
  const right = { moveX: 127, moveY: 0 };
  motion.reconcile(start, 0, 0);
  for (let sent = 1; sent <= 6; sent += 1) motion.step(sent, right, sent * stepMs);
  const server = { ...start };
  // The server counts six as processed but threw three away.
  for (let applied = 1; applied <= 3; applied += 1) movePlayer(server, right);
  expect(motion.reconcile(server, 6, 6 * stepMs)).toBeGreaterThan(0);
  expect(motion.body).toEqual(server);
  motion.step(7, right, 7 * stepMs);
  movePlayer(server, right);
  expect(motion.reconcile(server, 7, 7 * stepMs)).toBe(0);
});

test("a small correction is drawn as a slide, a large one as a jump", () => {
  const motion = newMotion();
  motion.reconcile(start, 0, 0);
  motion.reconcile({ ...start, x: 120 }, 0, 1_000);
  expect(motion.shown(1_000)).toEqual({ x: 100, y: 100 });
  const between = motion.shown(1_080)!.x;
  expect(between).toBeGreaterThan(110);
  expect(between).toBeLessThan(120);
  expect(motion.shown(3_000)!.x).toBeCloseTo(120, 5);
  motion.reconcile({ ...start, x: 900 }, 0, 4_000);
  expect(motion.shown(4_000)).toEqual({ x: 900, y: 100 });
});

test("between two steps the own player is drawn between their positions", () => {
  const motion = newMotion();
  motion.reconcile(start, 0, 0);
  for (let sent = 1; sent <= 10; sent += 1) motion.step(sent, { moveX: 127, moveY: 0 }, sent * stepMs);
  const at = (part: number) => motion.shown((10 + part) * stepMs)!.x;
  expect(at(1)).toBe(motion.body!.x);
  expect(at(0)).toBeLessThan(at(0.5));
  expect(at(0.5)).toBeLessThan(at(1));
  expect(at(5)).toBe(at(1));
});

test("[P5] after a new connection inputs count from 1 again and the server's word stands", () => {
  const motion = newMotion();
  motion.reconcile(start, 0, 0);
  for (let sent = 1; sent <= 9; sent += 1) motion.step(sent, { moveX: 127, moveY: 0 }, sent);
  motion.restart();
  expect(motion.pendingCount).toBe(0);
  motion.reconcile(start, 0, 10);
  expect(motion.body).toEqual(start);
  motion.step(1, { moveX: 0, moveY: 127 }, 11);
  const server = { ...start };
  movePlayer(server, { moveX: 0, moveY: 127 });
  expect(motion.reconcile(server, 1, 12)).toBe(0);
});

test("[P6] what is in flight is bounded, also when the server says nothing", () => {
  const motion = newMotion();
  motion.reconcile(start, 0, 0);
  for (let sent = 1; sent <= 1_000; sent += 1) motion.step(sent, { moveX: 1, moveY: 0 }, sent);
  expect(motion.pendingCount).toBe(120);
});

test("others are drawn between two known places, the angle the short way round", () => {
  const track = new Track(200);
  track.add(0, { x: 0, y: 0, angle: 3 });
  track.add(100, { x: 10, y: 20, angle: -3 });
  const middle = track.at(50)!;
  expect([middle.x, middle.y]).toEqual([5, 10]);
  expect(Math.abs(shortTurn(middle.angle - Math.PI))).toBeLessThan(1e-9);
  expect(track.at(-10)).toMatchObject({ x: 0, y: 0 });
  // It runs on as it ran, for 200 ms at most.
  expect(track.at(150)).toMatchObject({ x: 15, y: 30, angle: -3 });
  expect(track.at(500)).toMatchObject({ x: 30, y: 60, angle: -3 });
  track.add(200, { x: 900, y: 900, angle: 0 });
  expect(track.at(150)).toMatchObject({ x: 900, y: 900 });
});

test("the drawn time runs steadily under jitter, and follows a pause at once", () => {
  const time = new ServerTime({ jumpMs: 250 });
  expect(time.drawn(0)).toBeUndefined();
  const jitterMs = [0, 30, 5, 40, 10, 0, 35];
  let before = Number.NEGATIVE_INFINITY;
  jitterMs.forEach((late, index) => {
    const nowMs = 1_000 + index * 50 + late;
    time.heard(index * 50, nowMs);
    const drawn = time.drawn(1_000 + index * 50 + 45)!;
    expect(drawn).toBeGreaterThan(before);
    before = drawn;
  });
  // The server was away for 2 s: its ticks go on where they were, local time did not wait.
  time.heard(350, 3_400);
  expect(time.drawn(3_400)).toBe(330);
});

test("what a late patch shows is made up for softly, and a respawn at once", () => {
  const track = new Track(200);
  const shownX = (serverMs: number) => track.shown(serverMs, serverMs)!.x;
  track.add(0, { x: 0, y: 0, angle: 0 });
  track.add(50, { x: 10, y: 0, angle: 0 });
  expect(shownX(150)).toBe(30);
  // They had stopped.
  track.add(100, { x: 10, y: 0, angle: 0 });
  track.add(150, { x: 10, y: 0, angle: 0 });
  expect(shownX(150)).toBeCloseTo(30, 6);
  expect(shownX(230)).toBeLessThan(18);
  expect(shownX(1000)).toBeCloseTo(10, 1);
  track.add(1050, { x: 500, y: 0, angle: 0 });
  expect(shownX(1050)).toBeCloseTo(500, 1);
});
