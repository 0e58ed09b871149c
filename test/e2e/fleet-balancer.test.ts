/** Players with nothing but the Colyseus SDK, behind a real nginx with several room nodes behind it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@colyseus/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { FleetProcess } from "../../client-sim/processes/fleet-process.ts";
import { fetchMatch } from "../../shared/client/api.ts";
import { ensureTool } from "../../tools/ensure-tool.ts";
import { noRedis } from "../durability/redis-server.ts";
import type { BattleState } from "../rooms/battle-rooms.ts";
import { joinAsSdkPlayer, type SdkPlayer } from "./sdk-player.ts";
import { eventually } from "./server-child.ts";

/** The SDK reconnects by itself only after having been connected for this long. */
const sdkUptimeMs = 5_200;

const nginx = await ensureTool("nginx");
if (!nginx.ok && process.env.CI === "true") throw new Error(nginx.hint);

const dataDir = mkdtempSync(join(tmpdir(), "holdfast-balancer-"));
const rooms = fileURLToPath(new URL("../rooms/all-rooms.ts", import.meta.url));
const arena = fileURLToPath(new URL("./arena-games.ts", import.meta.url));
let fleet: FleetProcess;
const players: SdkPlayer[] = [];

beforeAll(async () => {
  if (noRedis || !nginx.ok) return;
  const args = ["--games", arena];
  fleet = await FleetProcess.start({
    ...{ rooms: 3, matchmakers: 2, dataDir, args, env: { HOLDFAST_ROOMS: rooms } },
  });
});

afterEach(async () => {
  await Promise.all(players.splice(0).map((player) => player.leave()));
});

afterAll(async () => {
  await fleet?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function ownerOf(matchId: string) {
  const { node, epoch } = await fetchMatch({ url: fleet.url }, matchId);
  const { name, pid } = (await fleet.view()).nodes.find((each) => node.startsWith(`${each.name}.`))!;
  return { node, epoch, name, pid: pid! };
}

const seenMore = (player: SdkPlayer, patches = 20) => {
  const from = player.seen.size;
  return eventually(() => (player.seen.size > from + patches ? true : undefined), { what: "playing on" });
};

describe.skipIf(noRedis || !nginx.ok)("the unmodified SDK behind nginx", () => {
  it("[P2] [P5.2] comes back by its own reconnect when its node is killed, to the same seat on another node", async () => {
    const { url } = fleet;
    const ada = await joinAsSdkPlayer(url, { name: "Ada", options: { durationSeconds: 600 } });
    const ben = await joinAsSdkPlayer(url, { name: "Ben", matchId: ada.room.roomId });
    players.push(ada, ben);
    for (const player of players) player.play();
    await new Promise((resolve) => setTimeout(resolve, sdkUptimeMs));
    const owner = await ownerOf(ada.room.roomId);
    const ticks = { ada: Math.max(...ada.seen.keys()), ben: Math.max(...ben.seen.keys()) };

    process.kill(owner.pid, "SIGKILL");
    for (const player of players)
      await eventually(() => player.events.find((event) => event === "reconnect"));
    await Promise.all(players.map((player) => seenMore(player)));

    const after = await fetchMatch({ url }, ada.room.roomId);
    expect(after).toMatchObject({ epoch: 2, seats: { taken: 2 } });
    expect(after.node).not.toBe(owner.node);
    expect(ada.welcomes.at(-1)).toMatchObject({ seat: ada.welcomes[0]!.seat, epoch: 2 });
    expect(Math.max(...ada.seen.keys())).toBeGreaterThan(ticks.ada);
    expect(Math.max(...ben.seen.keys())).toBeGreaterThan(ticks.ben);
    // The dead node's place is taken again, by another incarnation.
    await eventually(async () => {
      const { nodes } = await fleet.view();
      const again = nodes.find(({ name }) => name === owner.name)!;
      return again.state === "ready" && again.pid !== owner.pid ? true : undefined;
    });
  });

  it("[P5.7] [P5.8] [P5.22] comes back to a durable room on another node, when its node is killed and when it is drained", async () => {
    // A node that is late takes nobody for a moment, and says so.
    const room = await eventually(() =>
      new Client(fleet.url)
        .joinOrCreate<BattleState>("battle", { name: "Ada", deck: ["z", "y", "x"] })
        .catch(() => undefined),
    );
    // The SDK does not come back to a room that it has known for less than 5 s.
    room.reconnection.minUptime = 0;
    const told: unknown[] = [];
    room.onMessage("*", (type, message) => told.push([type, message]));
    const fighter = () => room.state.fighters.get(room.sessionId)!;
    const draws = async (face: string, left: number) => {
      room.send("draw");
      await expect.poll(() => told, { timeout: 30_000 }).toContainEqual(["drew", { face, left }]);
    };
    await draws("x", 2);
    const before = fighter();
    const first = await ownerOf(room.roomId);

    process.kill(first.pid, "SIGKILL");
    await expect.poll(() => told, { timeout: 30_000 }).toContainEqual(["back", { joinedAs: "Ada" }]);
    await draws("y", 1);
    const second = await ownerOf(room.roomId);
    expect(second).toMatchObject({ epoch: 2 });
    expect(second.node).not.toBe(first.node);

    let returns = 0;
    room.onReconnect(() => {
      returns += 1;
    });
    process.kill(second.pid, "SIGTERM");
    await expect.poll(() => returns, { timeout: 30_000 }).toBeGreaterThan(0);
    await draws("z", 0);
    expect(await ownerOf(room.roomId)).toMatchObject({ epoch: 3 });
    // The same object all the time, and nothing in it is gone.
    expect(fighter()).toBe(before);
    expect(before.hand.map(({ face }) => face)).toEqual(["x", "y", "z"]);
    await room.leave();
  });

  it("ends in order", async () => {
    expect(await fleet.stop()).toBe(0);
  });
});
