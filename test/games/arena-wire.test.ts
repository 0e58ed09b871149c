/**
 * The bytes of the declared View are those of the one that was written by hand: a client that was made before, or that
 * has its decoder from a server of before, notices nothing.
 */
import { Encoder, Reflection, type Schema } from "@colyseus/schema";
import { expect, test } from "vitest";
import { arenaByHand } from "../../client-sim/bench/arena-view-by-hand.ts";
import { arenaView } from "../../shared/games/arena/view.ts";
import type { ArenaWorld } from "../../shared/games/arena/world.ts";
import { playScripted } from "./scripted-match.ts";

function sender<View extends Schema>(parts: { create(): View; write(view: View, world: ArenaWorld): void }) {
  const view = parts.create();
  const encoder = new Encoder(view);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  return {
    handshake: () => base64(Reflection.encode(encoder)),
    full: () => base64(encoder.encodeAll()),
    patch: (world: ArenaWorld) => {
      parts.write(view, world);
      const bytes = base64(encoder.encode());
      encoder.discardChanges();
      return bytes;
    },
  };
}

test.each([
  { players: 16, teamSize: 1, bots: [] },
  { players: 4, teamSize: 2, bots: [5, 6] },
])("[P4.8] handshake, full states and patches are to the byte what they were: %j", (match) => {
  const declared = sender(arenaView);
  const before = sender(arenaByHand);
  expect(declared.handshake()).toBe(before.handshake());
  const onTick = (world: ArenaWorld) => {
    if (world.tick % 3 === 0 && world.phase !== "over") return;
    const patch = declared.patch(world);
    if (patch !== before.patch(world)) expect(patch, `tick ${world.tick}`).toBe("what it was");
    if (world.tick % 100 === 1) expect(declared.full()).toBe(before.full());
  };
  const { world } = playScripted({ seed: 6, ticks: 2000, durationSeconds: 60, ...match, onTick });
  expect(world.phase).toBe("over");
});
