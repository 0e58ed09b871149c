/** The peers of `bench -- peers` play: what they cost would mean nothing if they did less than a server does. */
import { describe, expect, it } from "vitest";
import { inputBytesOf } from "../../client-sim/bench/input-bytes.ts";
import { LightClient, type LightTimes } from "../../client-sim/bench/light-client.ts";
import { withSide } from "../../client-sim/bench/peers/sides.ts";
import { arena } from "../../shared/games/arena/game.ts";

const input = inputBytesOf(arena.input);

describe.each(["colyseus", "bare-ws", "raw-sockets"] as const)("the peer %s", (name) => {
  it("seats two players in one match, applies their inputs, and shows patches to both", async () => {
    await withSide(name, async ({ url, plain, count }) => {
      expect(plain).toBe(true);
      const between: number[] = [];
      const seenAfter: number[] = [];
      const times: LightTimes = {
        patchAfter: (ms) => between.push(ms),
        inputSeenAfter: (ms) => seenAfter.push(ms),
      };
      const counts = { patches: 0, answers: 0, bytes: 0 };
      const join = { url, plain, game: "wide-arena", counts, times } as const;
      const first = await LightClient.join(join);
      const second = await LightClient.join({ ...join, matchId: first.matchId });
      expect(second.matchId).toBe(first.matchId);
      const { cpuSeconds } = await count();
      await expect
        .poll(
          () => {
            for (const client of [first, second])
              client.sendInputBytes((seq) =>
                input({ seq, moveX: 127, moveY: 0, aim: 0, buttons: 1, seen: 0 }),
              );
            const acknowledged = Math.min(first.acknowledged, second.acknowledged);
            return Math.min(acknowledged, counts.patches, between.length, seenAfter.length);
          },
          { interval: 20 },
        )
        .toBeGreaterThan(10);
      expect([first.lost, second.lost]).toEqual([false, false]);
      const after = await count();
      expect(after.cpuSeconds).toBeGreaterThan(cpuSeconds);
      expect(after.lateMs.p50).not.toBeNaN();
      for (const client of [first, second]) client.close();
    });
  });
});
