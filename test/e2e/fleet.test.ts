/**
 * A fleet of real processes on a real Redis: nodes are killed, held still and drained while players that know
 * only the matchmakers play on.
 */
import { afterEach, describe, expect, it } from "vitest";
import { fetchMatch, fetchMatches } from "../../shared/client/api.ts";
import { joinMatch, type MatchConnection } from "../../shared/client/follow-match.ts";
import type { ArenaInput } from "../../shared/games/arena/input.ts";
import type { ArenaView } from "../../shared/games/arena/view.ts";
import { noRedis } from "../durability/redis-server.ts";
import { FleetNodes } from "./fleet-nodes.ts";
import { eventually } from "./server-child.ts";

type Player = MatchConnection<ArenaInput, ArenaView>;

let fleet: FleetNodes | undefined;
const players: Player[] = [];

afterEach(async () => {
  await Promise.all(players.splice(0).map((player) => player.leave()));
  await fleet?.end();
  fleet = undefined;
});

async function play(url: string, name: string, matchId?: string): Promise<Player> {
  const player = await joinMatch<ArenaInput, ArenaView>({
    url,
    game: "arena",
    name,
    options: { durationSeconds: 600 },
    ...(matchId !== undefined && { matchId }),
  });
  players.push(player);
  return player;
}

/** Resolves when the player is shown `patches` more. */
function shown(player: Player, patches = 20): Promise<true> {
  const from = player.metrics.patches;
  return eventually(() => (player.metrics.patches >= from + patches ? true : undefined), {
    what: `${patches} patches`,
  });
}

describe.skipIf(noRedis)("a fleet", () => {
  it("[P2] [P5] a killed node's match goes on elsewhere, in the same seat, in the same room object", async () => {
    fleet = await FleetNodes.start();
    const rooms = [await fleet.room("one"), await fleet.room("two")];
    const { url } = await fleet.matchmaker("maker");
    const ada = await play(url, "Ada");
    const ben = await play(url, "Ben", ada.matchId);
    expect(await ada.command("chat", { text: "before" })).toEqual({ ok: true });
    const before = ada.welcome;

    const info = await fetchMatch({ url }, ada.matchId);
    const owner = rooms.find(({ url: own }) => own.endsWith(info.address!.split(":")[1]!))!;
    await owner.end("SIGKILL");
    await eventually(() => (ada.welcome.epoch === 2 && ben.welcome.epoch === 2 ? true : undefined));
    await Promise.all([shown(ada), shown(ben)]);

    expect(ada.welcome).toMatchObject({ matchId: before.matchId, seat: before.seat, epoch: 2 });
    expect(ada.welcome.lastCommandId).toBe(before.lastCommandId + 1);
    expect(await ada.command("chat", { text: "after" })).toEqual({ ok: true });
    const after = await fetchMatch({ url }, ada.matchId);
    expect(after).toMatchObject({ epoch: 2, seats: { taken: 2 } });
    expect(after.node).not.toBe(info.node);
    expect((await fetchMatches({ url })).map(({ id }) => id)).toEqual([ada.matchId]);
  });

  it("[P5] a drained node's matches move with their clients attached, and it exits by itself", async () => {
    fleet = await FleetNodes.start();
    const first = await fleet.room("one");
    const { url } = await fleet.matchmaker("maker");
    const ada = await play(url, "Ada");
    await fleet.room("two");
    const seat = ada.welcome.seat;
    await shown(ada);

    expect(await first.end("SIGTERM")).toBe(0);
    await eventually(() => (ada.welcome.epoch === 2 && ada.state.kind === "playing" ? true : undefined));
    await shown(ada);
    expect(ada.welcome.seat).toBe(seat);
    expect(first.output()).toMatch(/moved/);
  });
});
