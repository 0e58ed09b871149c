/**
 * Measures what a patch costs when each of many viewers sees few of many moving things: our way (`view.sight`) and
 * Colyseus' own (a StateView for each client), the same things on the same way, in turns in one process. Both are given
 * what each viewer sees; they find out what changed of that, write, encode, and make each client's bytes. A program of
 * its own, started by `npm run bench -- interest`. The last line of its output is one JSON object.
 */
import { type Client, ClientState, type Room, SchemaSerializer } from "@colyseus/core";
import {
  type Decoder,
  MapSchema,
  Reflection,
  type Schema,
  type SchemaType,
  StateView,
  schema,
  t,
} from "@colyseus/schema";
import { PatchSerializer } from "../server/room/patch-serializer.ts";
import { perClientOf, putPlaceholders } from "../server/room/per-client.ts";
import { endWith } from "../shared/command-line/flags-or-exit.ts";
import { readFlags } from "../shared/command-line/read-flags.ts";
import { nextBelow, type RandomState } from "../shared/game/deterministic/random.ts";
import type { AnyGame } from "../shared/game/game.ts";

const things = 200;
const side = 4096;
/** A viewer sees a square of a sixteenth of the map, around them. */
const reach = side / 8;
const speedMax = 15;
const turnPatches = 100;
const warmUpTurns = 5;

const fields = { x: t.int16(), y: t.int16(), aim: t.uint16(), health: t.uint8(), name: t.string() };
const Unit = schema(fields, "InterestUnit");
type Unit = SchemaType<typeof Unit>;
const Ours = schema({ tick: t.uint32(), units: t.map(Unit) }, "InterestOurs");
const FilteredUnit = schema(fields, "InterestFilteredUnit");
type FilteredUnit = SchemaType<typeof FilteredUnit>;
const Theirs = schema({ tick: t.uint32(), units: t.map(FilteredUnit).view() }, "InterestTheirs");

interface Mover {
  readonly id: string;
  x: number;
  y: number;
  aim: number;
  /** Undefined: it never changes. */
  readonly speed: { readonly x: number; readonly y: number } | undefined;
}

interface Land {
  tick: number;
  readonly movers: readonly Mover[];
  readonly byId: ReadonlyMap<string, Mover>;
  /** Ids that each viewer sees, by the number of the viewer. */
  sights: readonly (readonly string[])[];
}

/** One way to show a land to its viewers. */
interface Method {
  /** Brings everything up to the land and makes each client's bytes. */
  patch(land: Land): void;
  /** Bytes to all clients since the last call. */
  takeBytes(): number;
  /** What the first viewer holds. */
  held(): ReadonlyMap<string, Unit>;
}

const given = readFlags(
  {
    pairs: { type: "integer", default: 15, min: 1, max: 1000, help: "turns of each way" },
    still: { type: "integer", default: 0, min: 0, max: 10_000, help: "things that never change, besides" },
  },
  process.argv.slice(2),
  { about: "node tools/interest-bench.ts [--pairs 15] [--still 500]" },
);
if (!given.ok) endWith("interest-bench", given);
const random: RandomState = { random: 7 };
console.log(JSON.stringify({ bench: "interest", node: process.version, rows: measure(given.values) }));

function measure({ pairs, still }: { readonly pairs: number; readonly still: number }): object[] {
  const land = newLand(still);
  const ways = [ours(land), colyseus(land)] as const;
  const ms: [number[], number[]] = [[], []];
  const kib: [number[], number[]] = [[], []];
  for (let turn = 0; turn < warmUpTurns + pairs; turn++) {
    const counted = turn >= warmUpTurns;
    // Both have to see every step of the land, so each shows all of them; who begins changes with the turn.
    const took = [0, 0];
    for (let patch = 0; patch < turnPatches; patch++) {
      move(land);
      for (const which of turn % 2 === 0 ? [0, 1] : [1, 0])
        took[which]! += cpuMsOf(() => ways[which]!.patch(land));
    }
    for (const [which, way] of ways.entries()) {
      const bytes = way.takeBytes();
      if (!counted) continue;
      ms[which]!.push(took[which]! / turnPatches);
      kib[which]!.push(bytes / turnPatches / things / 1024);
    }
    for (const way of ways) assertRight(way, land);
  }
  const ratio = ms[0].map((our, at) => our / ms[1][at]!);
  const beside = still === 0 ? "" : ` and ${still} that never change`;
  const what = `${things} viewers, a sixteenth of ${things} moving things${beside} each`;
  return [
    { name: `write and encode, ${what}`, unit: "ms a patch", measured: ms[0] },
    { name: "the same with a StateView for each", unit: "ms a patch", measured: ms[1] },
    { name: "ours ÷ StateView", unit: "", measured: ratio, ...(still === 0 && { goal: { atMost: 0.5 } }) },
    { name: "bytes of a patch for one viewer", unit: "KiB", measured: kib[0] },
    { name: "the same with a StateView for each", unit: "KiB", measured: kib[1] },
  ];
}

/** Processor time of this thread. */
function cpuMsOf(run: () => void): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

function newLand(still: number): Land {
  const movers = Array.from({ length: things + still }, (_, at): Mover => {
    if (at >= things)
      return {
        id: `${at}`,
        x: nextBelow(random, side),
        y: nextBelow(random, side),
        aim: 0,
        speed: undefined,
      };
    const speed = {
      x: nextBelow(random, 2 * speedMax) - speedMax,
      y: nextBelow(random, 2 * speedMax) - speedMax,
    };
    return { id: `${at}`, x: nextBelow(random, side), y: nextBelow(random, side), aim: 0, speed };
  });
  return {
    tick: 0,
    movers,
    byId: new Map(movers.map((mover) => [mover.id, mover])),
    sights: sightsOf(movers),
  };
}

function move(land: Land): void {
  land.tick += 1;
  for (const mover of land.movers) {
    if (mover.speed === undefined) continue;
    mover.x = (mover.x + mover.speed.x + side) % side;
    mover.y = (mover.y + mover.speed.y + side) % side;
    mover.aim = (mover.aim + 257) % 0x1_0000;
  }
  land.sights = sightsOf(land.movers);
}

/** The map has no border, so that everybody sees the same share of it. */
function sightsOf(movers: readonly Mover[]): readonly (readonly string[])[] {
  const near = (one: number, other: number) => {
    const apart = Math.abs(one - other);
    return Math.min(apart, side - apart) <= reach;
  };
  return movers
    .slice(0, things)
    .map(({ x, y }) => movers.filter((each) => near(each.x, x) && near(each.y, y)).map(({ id }) => id));
}

function ours(land: Land): Method {
  const view: Pick<AnyGame["view"], "sight"> = {
    sight: {
      field: "units",
      create: () => new Unit(),
      write: (unit, world, id) => void write(unit as Unit, (world as Land).byId.get(id)!),
      read: () => null,
      of: () => null,
      constant: (id) => Number(id) >= things,
      sees: (world, viewer) => (world as Land).sights[viewer as number]!,
    },
  };
  const received = receiver();
  const serializer = new PatchSerializer({
    socketOf: ({ ref }) => ref as never,
    onNewObjects: () => {},
    send: ({ frames, ends }) => {
      received.bytes += frames.length;
      if (typeof ends === "object") received.decode(withoutHeader(frames.subarray(0, ends[0])));
    },
  });
  const state = new Ours();
  const placeholders = putPlaceholders(state, view as AnyGame["view"]);
  serializer.reset(state as never);
  const clients = newClients();
  serializer.perClient = perClientOf(view as AnyGame["view"], placeholders, {
    ...{ room: { _serializer: serializer } as unknown as Room, world: () => land },
    viewerOf: ({ sessionId }) => Number(sessionId),
  });
  received.begin(serializer.handshake(), serializer.getFullState(clients[0], { sNow: 0 }).subarray(9));
  for (const client of clients.slice(1)) serializer.getFullState(client, { sNow: 0 });
  const patch = ({ tick }: Land) => {
    state.tick = tick;
    serializer.applyPatches(clients, state, { sNow: tick });
  };
  return { patch, takeBytes: received.takeBytes, held: received.held };
}

function colyseus(land: Land): Method {
  const serializer = new SchemaSerializer<Schema>();
  const state = new Theirs();
  state.units = new MapSchema();
  const received = receiver();
  serializer.reset(state as never);
  const units = new Map<string, Marked>();
  for (const mover of land.movers) {
    const unit = new FilteredUnit();
    write(unit, mover);
    state.units.set(mover.id, unit);
    units.set(mover.id, { unit, before: 0, now: 0 });
  }
  const clients = newClients((bytes, viewer) => {
    received.bytes += bytes.length;
    if (viewer === 0) received.decode(bytes.subarray(9));
  });
  const seen = clients.map((client, viewer) => {
    client.view = new StateView();
    for (const id of land.sights[viewer]!) client.view.add(units.get(id)!.unit);
    return land.sights[viewer]!.map((id) => units.get(id)!);
  });
  received.begin(serializer.handshake(), serializer.getFullState(clients[0], { sNow: 0 }).subarray(9));
  for (const client of clients.slice(1)) serializer.getFullState(client, { sNow: 0 });
  serializer.applyPatches([...clients], state, { sNow: 0 });
  let looks = 0;
  const patch = ({ tick, movers, sights }: Land) => {
    state.tick = tick;
    for (const mover of movers) if (mover.speed !== undefined) write(units.get(mover.id)!.unit, mover);
    for (const [viewer, client] of clients.entries()) {
      looks += 1;
      const now = sights[viewer]!.map((id) => units.get(id)!);
      look(client.view!, { before: seen[viewer]!, now, mark: looks });
      seen[viewer] = now;
    }
    serializer.applyPatches(clients, state, { sNow: tick });
  };
  return { patch, takeBytes: received.takeBytes, held: received.held };
}

/** By marks, as our way does it: what is compared is Colyseus' views, not how somebody compares two lists. */
interface Marked {
  readonly unit: FilteredUnit;
  before: number;
  now: number;
}

interface Look {
  readonly before: readonly Marked[];
  readonly now: readonly Marked[];
  readonly mark: number;
}

function look(view: StateView, { before, now, mark }: Look): void {
  for (const each of before) each.before = mark;
  for (const each of now) {
    each.now = mark;
    if (each.before !== mark) view.add(each.unit);
  }
  for (const each of before) if (each.now !== mark) view.remove(each.unit);
}

function write(unit: Unit, { id, x, y, aim }: Mover): void {
  unit.x = x;
  unit.y = y;
  unit.aim = aim;
  unit.health = 100;
  unit.name = id;
}

/** In a room, as the serialisers look at them. */
function newClients(raw: (bytes: Uint8Array, viewer: number) => void = () => {}): Client[] {
  return Array.from({ length: things }, (_, viewer) => {
    const client = { sessionId: `${viewer}`, state: ClientState.JOINED, ref: {} };
    return Object.assign(client, { raw: (bytes: Uint8Array) => raw(bytes, viewer) }) as unknown as Client;
  });
}

/** Decodes what the first viewer is sent, outside of what is measured, and counts the bytes of all. */
function receiver() {
  let decoder: Decoder | undefined;
  const waiting: Buffer[] = [];
  const all = {
    bytes: 0,
    begin: (handshake: Uint8Array, full: Uint8Array) => {
      decoder = Reflection.decode(handshake);
      decoder.decode(full);
    },
    decode: (changes: Uint8Array) => {
      waiting.push(Buffer.from(changes));
    },
    takeBytes: () => {
      const { bytes } = all;
      all.bytes = 0;
      return bytes;
    },
    held: () => {
      for (const changes of waiting.splice(0)) decoder!.decode(changes);
      return (decoder!.state as unknown as { units: ReadonlyMap<string, Unit> }).units;
    },
  };
  return all;
}

function withoutHeader(frame: Uint8Array): Uint8Array {
  const headerBytes = frame[1]! < 126 ? 2 : frame[1] === 126 ? 4 : 10;
  return frame.subarray(headerBytes + 9);
}

/** Nothing that is wrong is worth measuring. */
function assertRight(way: Method, { sights, byId }: Land): void {
  const held = [...way.held()].map(([id, { x, y, aim }]) => `${id} ${x} ${y} ${aim}`).sort();
  const right = sights[0]!
    .map((id) => `${id} ${byId.get(id)!.x} ${byId.get(id)!.y} ${byId.get(id)!.aim}`)
    .sort();
  if (held.join() !== right.join())
    throw new Error(`a viewer holds\n${held.join("\n")}\ninstead of\n${right.join("\n")}`);
}
