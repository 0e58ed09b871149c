/**
 * `npm run bench -- rooms`: the same rooms under the same load on plain Colyseus, and as durable rooms here, in turns. The
 * unit is the server's processor time per patch that reached a client; what counts is the ratio within a pair, since a
 * machine's speed varies. Then what it costs to go on with a room whose state has a given size. A measurement in which
 * something else used the machine is made again, as for `peers`.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { programPath } from "../../shared/command-line/program-path.ts";
import type { CrowdRoom } from "./crowd-process.ts";
import { type PeerSide, withOurs, withPeer } from "./peers/sides.ts";
import { type BenchResult, result } from "./result.ts";
import { withTemporaryDirectory } from "./sample.ts";
import { type LoadExtent, quietLoad, type SideLoad } from "./side-load.ts";

const program = programPath(import.meta.url, "./rooms/plain.ts");
const module = programPath(import.meta.url, "./rooms/durable.ts");
const restores = programPath(import.meta.url, "../../tools/room-restore.ts");
const clients = 8;
const restoreMsMax = 120_000;

interface RoomsExtent extends LoadExtent {
  readonly kinds: readonly (CrowdRoom & { readonly about: string })[];
  /** Numbers of rooms. */
  readonly sizes: readonly number[];
  readonly pairs: number;
  readonly stateMb: readonly number[];
  readonly restores: number;
}

const moving = { name: "moving", about: "50 things that move" };
const table = { name: "table", message: "play", about: "a card now and then" };

export const roomsExtents = {
  quick: {
    ...{ kinds: [moving], sizes: [6], pairs: 2, warmSeconds: 2, measureSeconds: 4 },
    ...{ stateMb: [1], restores: 1, anyMachine: true },
  },
  full: {
    ...{ kinds: [moving, table], sizes: [6, 24], pairs: 3, warmSeconds: 6, measureSeconds: 5 },
    ...{ stateMb: [0.1, 1, 5], restores: 3 },
  },
} as const satisfies Record<string, RoomsExtent>;

type RunSide = <Answer>(use: (side: PeerSide) => Promise<Answer>) => Promise<Answer>;

export const roomsSides = {
  colyseus: (use) => withPeer({ name: "plain Colyseus", program }, use),
  durable: (use) => withOurs(["--rooms", module, "--durability", "machine"], use),
} as const satisfies Record<string, RunSide>;

type RoomsSide = keyof typeof roomsSides;
type RoomsPair = Readonly<Record<RoomsSide, SideLoad>>;

const costMax = 1.15;
const restoreGoal = { stateMb: 5, ms: 250 };

export async function measureRooms(
  extent: RoomsExtent,
  progress: (text: string) => void,
): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  for (const kind of extent.kinds)
    for (const rooms of extent.sizes) {
      const order = Object.keys(roomsSides) as RoomsSide[];
      const pairs: RoomsPair[] = [];
      for (let pair = 1; pair <= extent.pairs; pair++) {
        const loads: Partial<Record<RoomsSide, SideLoad>> = {};
        for (const side of order) {
          progress(`rooms: ${kind.about}, ${rooms} rooms, pair ${pair} of ${extent.pairs}, ${side}`);
          loads[side] = await quietLoad(roomsSides[side], {
            ...{ asked: nothingAsked, room: kind, matches: rooms, seats: clients, extent },
          });
        }
        pairs.push(loads as RoomsPair);
        order.reverse();
      }
      results.push(...costResults(`${kind.about}, ${rooms} rooms`, pairs));
    }
  return [...results, ...(await restoreResults(extent, progress))];
}

const nothingAsked = { games: "built-in", game: undefined, options: "{}" };

function costResults(what: string, pairs: readonly RoomsPair[]): BenchResult[] {
  const of = (side: RoomsSide, key: "cpuUsPerPatch" | "memoryPerMatchMb" | "bytesPerClientSecond") =>
    pairs.map((pair) => pair[side][key]);
  const ratios = pairs.map(({ durable, colyseus }) => durable.cpuUsPerPatch / colyseus.cpuUsPerPatch);
  return [
    result(`CPU per patch, ${what}, durable over Colyseus`, "×", ratios, { atMost: costMax }),
    ...(Object.keys(roomsSides) as RoomsSide[]).flatMap((side) => [
      result(`CPU per patch, ${what}, ${side}`, "µs", of(side, "cpuUsPerPatch")),
      result(`memory per room, ${what}, ${side}`, "MB", of(side, "memoryPerMatchMb")),
      result(
        `bytes down per client, ${what}, ${side}`,
        "kbit/s",
        of(side, "bytesPerClientSecond").map((bytes) => (bytes * 8) / 1000),
      ),
    ]),
    result(
      `other programs meanwhile, ${what}`,
      "cores",
      pairs.flatMap(({ durable, colyseus }) => [durable.othersCores, colyseus.othersCores]),
    ),
  ];
}

/** What tools/room-restore.ts prints. */
interface Restored {
  readonly objects: number;
  /** In a process that has restored nothing before, and in the same one again. */
  readonly firstMs: number;
  readonly againMs: readonly number[];
}

async function restoreResults(
  { stateMb, restores: times }: RoomsExtent,
  progress: (text: string) => void,
): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const size of stateMb) {
    const restored: Restored[] = [];
    for (let time = 1; time <= times; time++) {
      progress(`rooms: a state of ${size} MB is restored, ${time} of ${times}`);
      restored.push(await withTemporaryDirectory((data) => restoredRoom(size, data)));
    }
    const what = `restore of ${size} MB in ${restored[0]!.objects} objects`;
    const goal = size === restoreGoal.stateMb ? { atMost: restoreGoal.ms } : undefined;
    results.push(
      result(
        `${what}, CPU, in a process that has restored others`,
        "ms",
        restored.flatMap((each) => each.againMs),
        goal,
      ),
      result(
        `${what}, CPU, the first of its process`,
        "ms",
        restored.map((each) => each.firstMs),
      ),
    );
  }
  return results;
}

async function restoredRoom(stateMb: number, data: string): Promise<Restored> {
  const args = [restores, "--state-kb", String(Math.round(stateMb * 1000)), "--data", data];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: restoreMsMax });
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Restored;
}
