/** The rooms of `bench -- rooms` do the same on both sides, and a restored one is there: figures would mean nothing otherwise. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { messageBytes } from "../../client-sim/bench/command-bytes.ts";
import { LightClient } from "../../client-sim/bench/light-client.ts";
import { roomsSides } from "../../client-sim/bench/rooms.ts";
import { temporaryDirectory } from "../durability/data-directory.ts";

it("plain Colyseus shows patches of a room that moves, and of one where cards are played", async () => {
  await roomsSides.colyseus(async ({ url, count }) => {
    const { cpuSeconds } = await count();
    for (const room of ["moving", "table"]) {
      const counts = { patches: 0, answers: 0, bytes: 0 };
      const join = { url, plain: true, game: room, counts } as const;
      const first = await LightClient.join(join);
      const second = await LightClient.join({ ...join, matchId: first.matchId });
      const played = () => {
        if (room === "table") second.sendMessage(messageBytes("play"));
        return counts.patches;
      };
      await expect.poll(played, { interval: 20, timeout: 10_000 }).toBeGreaterThan(10);
      expect([first.lost, second.lost]).toEqual([false, false]);
      for (const client of [first, second]) client.close();
    }
    expect((await count()).cpuSeconds).toBeGreaterThan(cpuSeconds);
  });
});

it("a room with a state is taken over again and again, and costs processor time", async () => {
  const directory = temporaryDirectory();
  try {
    const args = ["tools/room-restore.ts", "--data", directory.path, "--state-kb", "20", "--times", "2"];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });
    const { imageBytes, objects, firstMs, againMs } = JSON.parse(stdout.trim().split("\n").at(-1)!);
    expect(imageBytes).toBeGreaterThan(15_000);
    expect(imageBytes).toBeLessThan(25_000);
    expect(objects).toBe(250);
    expect([firstMs > 0, ...againMs.map((ms: number) => ms > 0)]).toEqual([true, true, true]);
  } finally {
    directory.remove();
  }
});
