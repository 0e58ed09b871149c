/**
 * Players on the unmodified SDK while their server process is killed with SIGKILL and started again: the
 * slice that Holdfast exists for, from the outside.
 */
import { afterEach, describe, expect, it } from "vitest";
import type { ArenaView } from "../../shared/games/arena/view-schema.ts";
import { temporaryDirectory } from "../durability/data-directory.ts";
import { journalHashes } from "./journal-hashes.ts";
import { joinAsSdkPlayer, type SdkPlayer } from "./sdk-player.ts";
import { endServerChildren, eventually, startServerChild } from "./server-child.ts";

/** The SDK reconnects by itself only after having been connected for this long. */
const sdkUptimeMs = 5_200;

const directory = temporaryDirectory();
const players: SdkPlayer[] = [];

afterEach(async () => {
  for (const player of players.splice(0)) player.room.reconnection.enabled = false;
  await endServerChildren();
  directory.remove();
});

const ticksSeen = (player: SdkPlayer) => player.seen.size;
const playedOn = (player: SdkPlayer, patches = 30) => {
  const from = ticksSeen(player);
  return eventually(() => (ticksSeen(player) > from + patches ? true : undefined), { what: "playing on" });
};

const names = ({ room }: SdkPlayer) =>
  [...(room.state as ArenaView).players.values()].map(({ name }) => name);

async function join(url: string, name: string, matchId?: string): Promise<SdkPlayer> {
  const player = await joinAsSdkPlayer(url, {
    name,
    ...(matchId === undefined ? {} : { matchId }),
    options: { durationSeconds: 600 },
  });
  players.push(player);
  player.play();
  return player;
}

describe("a server process killed with SIGKILL", () => {
  it("[P2] [P4] [P5.1] [P5.2] players are back by the SDK's own reconnect, and everything they saw is in the journal", async () => {
    const first = await startServerChild({ dataDir: directory.path });
    const ada = await join(first.url, "Ada");
    const matchId = ada.room.roomId;
    const others = [await join(first.url, "Ben", matchId), await join(first.url, "Cleo", matchId)];
    const quitter = await join(first.url, "Quinn", matchId);
    await new Promise((resolve) => setTimeout(resolve, sdkUptimeMs));
    expect(await ada.command(1, "chat", { text: "before" })).toEqual({ ok: true });
    const seatBefore = ada.welcomes.at(-1)!;

    await first.end("SIGKILL");
    quitter.room.reconnection.enabled = false;
    const second = await startServerChild({
      dataDir: directory.path,
      port: Number(new URL(first.url).port),
      // The SDK waits for up to 5 s between two tries, when the start took long.
      flags: ["--seat-grace-seconds", "7"],
    });
    expect(second.matches).toBe(1);
    const stayed = [ada, ...others];
    for (const player of stayed) await eventually(() => player.events.find((event) => event === "reconnect"));
    // A newcomer changes the map of players, Quinn's seat goes after its grace, projectiles come and go.
    const late = await join(second.url, "Dana", matchId);
    await playedOn(ada, 60);
    // Among the players: the kill feed keeps a name for longer.
    await eventually(() => (names(ada).includes("Quinn") ? undefined : true), { what: "leave" });

    const seatAfter = ada.welcomes.at(-1)!;
    expect(seatAfter).toMatchObject({ matchId, seat: seatBefore.seat, epoch: 2, lastCommandId: 1 });
    expect(seatAfter.lastInputSeq).toBeGreaterThan(100);
    expect(await ada.command(1, "chat", { text: "before" })).toEqual({ ok: true });
    expect(await ada.command(2, "chat", { text: "after" })).toEqual({ ok: true });
    await playedOn(late);
    const said = JSON.stringify(ada.view());
    expect(said.split('"before"')).toHaveLength(2);
    expect(said.split('"after"')).toHaveLength(2);

    await second.end("SIGTERM");
    const journal = await journalHashes(directory.path, matchId);
    for (const player of [...stayed, late, quitter]) {
      expect(player.seen.size).toBeGreaterThan(20);
      const lost = [...player.seen].filter(([tick, hash]) => journal.get(tick) !== hash);
      expect(lost).toEqual([]);
    }
  });
});
