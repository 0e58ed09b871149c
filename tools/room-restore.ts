/**
 * Measures what it costs to go on with a durable room whose state has a given size: in one process, with a real store and a
 * real room, the room is parked and given up as by a planned move, and taken over again, some times. Counted is the processor
 * time of the process, from the claim until the first record under the new epoch is durable. For `npm run bench -- rooms`,
 * whose rooms it has. The last line of its output is one JSON object.
 */
import rooms from "../client-sim/bench/rooms/durable.ts";
import { besideMatches } from "../server/compose/beside-matches.ts";
import { startEmbedded } from "../server/compose/embedded.ts";
import { newMatchId } from "../server/compose/match-process.ts";
import { openLog } from "../server/ops/log.ts";
import type { RoomWorld } from "../server/room/durable/room-world.ts";
import { configOf } from "../server/settings/config.ts";
import { endWith } from "../shared/command-line/flags-or-exit.ts";
import { readFlags } from "../shared/command-line/read-flags.ts";

/** What an item of the store room takes in an image. */
const itemBytes = 80;
const pollMs = 5;

const flags = readFlags(
  {
    data: { type: "text", default: "none", help: "the data directory; it is filled" },
    "state-kb": { type: "integer", default: 1000, min: 1, max: 50_000, help: "size of the state" },
    times: { type: "integer", default: 4, min: 1, max: 100, help: "restores after the first" },
  },
  process.argv.slice(2),
  { about: "room-restore --data DIR [flags]" },
);
if (!flags.ok) endWith("room-restore", flags);

const { data: dataDir, "state-kb": stateKb, times } = flags.values;
const read = configOf({ dataDir, port: 0, host: "127.0.0.1", logLevel: "error" });
if (!read.ok) throw new Error(read.message);
const { config } = read;
const log = openLog(config.logLevel);
const beside = await besideMatches({ config, log, rooms, games: [], newRoomId: newMatchId });
const server = await startEmbedded(config, log, { games: [], handlers: {} }, beside);
const { host, store, rooms: opener } = server.process;

const items = Math.round((stateKb * 1000) / itemBytes);
const made = await fetch(`http://127.0.0.1:${server.port}/matchmake/create/store`, {
  ...{ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ items }) },
});
if (!made.ok) throw new Error(await made.text());
const { roomId } = (await made.json()) as { roomId: string };
const imageBytes = (live().match.state.world as RoomWorld).image?.length;
const firstMs = await restoredAgain();
const againMs: number[] = [];
for (let time = 0; time < times; time++) againMs.push(await restoredAgain());
console.log(JSON.stringify({ imageBytes, objects: items, firstMs, againMs }));
process.exit(0);

function live() {
  return host.all().find((each) => each.live.id === roomId)!.live;
}

/** @returns processor time in milliseconds */
async function restoredAgain(): Promise<number> {
  const before = live();
  await until(() => before.durableTick > 0 && before.durableTick === before.match.tick);
  await before.park();
  before.giveUp();
  await until(() => host.all().length === 0);
  const entry = await store.find(roomId);
  const startedAt = process.cpuUsage();
  const found = await host.restoreOne(entry!);
  const opened = await opener.openRoom(roomId);
  if (found.kind !== "restored" || opened.kind !== "restored") throw new Error("it was not restored");
  const { tick } = live().match;
  await until(() => live().durableTick > tick);
  const { user, system } = process.cpuUsage(startedAt);
  return (user + system) / 1000;
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, pollMs));
}
