/** Players with nothing but the Colyseus SDK, behind a real nginx with several room nodes behind it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { FleetProcess } from "../../client-sim/processes/fleet-process.ts";
import { fetchMatch } from "../../shared/client/api.ts";
import { ensureTool } from "../../tools/ensure-tool.ts";
import { noRedis } from "../durability/redis-server.ts";
import { joinAsSdkPlayer, type SdkPlayer } from "./sdk-player.ts";
import { eventually } from "./server-child.ts";

/** The SDK reconnects by itself only after having been connected for this long. */
const sdkUptimeMs = 5_200;

const nginx = await ensureTool("nginx");
if (!nginx.ok && process.env.CI === "true") throw new Error(nginx.hint);

const dataDir = mkdtempSync(join(tmpdir(), "holdfast-balancer-"));
let fleet: FleetProcess | undefined;
const players: SdkPlayer[] = [];

afterEach(async () => {
  await Promise.all(players.splice(0).map((player) => player.leave()));
  await fleet?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const seenMore = (player: SdkPlayer, patches = 20) => {
  const from = player.seen.size;
  return eventually(() => (player.seen.size > from + patches ? true : undefined), { what: "playing on" });
};

describe.skipIf(noRedis || !nginx.ok)("the unmodified SDK behind nginx", () => {
  it("[P2] [P5.2] comes back by its own reconnect when its node is killed, to the same seat on another node", async () => {
    fleet = await FleetProcess.start({ rooms: 3, matchmakers: 2, dataDir, args: [] });
    const { url } = fleet;
    const ada = await joinAsSdkPlayer(url, { name: "Ada", options: { durationSeconds: 600 } });
    const ben = await joinAsSdkPlayer(url, { name: "Ben", matchId: ada.room.roomId });
    players.push(ada, ben);
    for (const player of players) player.play();
    await new Promise((resolve) => setTimeout(resolve, sdkUptimeMs));
    const before = await fetchMatch({ url }, ada.room.roomId);
    const owner = (await fleet.view()).nodes.find(({ name }) => before.node.startsWith(`${name}.`))!;
    const ticks = { ada: Math.max(...ada.seen.keys()), ben: Math.max(...ben.seen.keys()) };

    process.kill(owner.pid!, "SIGKILL");
    for (const player of players)
      await eventually(() => player.events.find((event) => event === "reconnect"));
    await Promise.all(players.map((player) => seenMore(player)));

    const after = await fetchMatch({ url }, ada.room.roomId);
    expect(after).toMatchObject({ epoch: 2, seats: { taken: 2 } });
    expect(after.node).not.toBe(before.node);
    expect(ada.welcomes.at(-1)).toMatchObject({ seat: ada.welcomes[0]!.seat, epoch: 2 });
    expect(Math.max(...ada.seen.keys())).toBeGreaterThan(ticks.ada);
    expect(Math.max(...ben.seen.keys())).toBeGreaterThan(ticks.ben);
    // The dead node's place is taken again, by another incarnation.
    await eventually(async () => {
      const { nodes } = await fleet!.view();
      const again = nodes.find(({ name }) => name === owner.name)!;
      return again.state === "ready" && again.pid !== owner.pid ? true : undefined;
    });
    expect(await fleet.stop()).toBe(0);
  });
});
