/**
 * The View of the arena as it was written by hand: schema, create and write, nothing of them derived. It is the peer of
 * the declared one in `npm run bench -- view`, and no server runs it. Feed and chat are rings of slots that exist from
 * the start: a new line overwrites the oldest, nothing is ever shifted.
 */
import { ArraySchema, type SchemaType, schema, t } from "@colyseus/schema";
import {
  pickupBits,
  safeBits,
  secondsLeft,
  seenPlayer,
  seenSideScores,
} from "../../shared/games/arena/seen.ts";
import {
  type ArenaWorld,
  type Beam,
  type ChatLine,
  type Ending,
  type FeedLine,
  linesMax,
  type Phase,
  type Projectile,
  type Weapon,
} from "../../shared/games/arena/world.ts";

// 4096 / 2^16 = 1/16: with "wrap" a step is range / 65536, a power of two, so nothing is rounded.
const coordinate = () => t.quantized({ min: 0, max: 4096, bits: 16, mode: "wrap" });
const velocity = () => t.quantized({ min: -2048, max: 2048, bits: 16, mode: "wrap" });

export const HandMadePlayer = schema(
  {
    name: t.string(),
    connected: t.boolean(),
    ready: t.boolean(),
    alive: t.boolean(),
    x: coordinate(),
    y: coordinate(),
    vx: velocity(),
    vy: velocity(),
    aim: t.uint8(),
    health: t.uint8(),
    weapon: t.string<Weapon>(),
    rapid: t.boolean(),
    double: t.boolean(),
    score: t.uint16(),
    deaths: t.uint16(),
    place: t.uint8(),
  },
  "ArenaPlayer",
);
export type HandMadePlayer = SchemaType<typeof HandMadePlayer>;

export const HandMadeProjectile = schema(
  { seat: t.uint8(), x: coordinate(), y: coordinate(), aim: t.uint16(), bornAtTick: t.uint32() },
  "ArenaProjectile",
);
export type HandMadeProjectile = SchemaType<typeof HandMadeProjectile>;

export const HandMadeBeam = schema(
  {
    seat: t.uint8(),
    x: coordinate(),
    y: coordinate(),
    aim: t.uint16(),
    bornAtTick: t.uint32(),
    length: t.uint16(),
  },
  "ArenaBeam",
);
export type HandMadeBeam = SchemaType<typeof HandMadeBeam>;

/** A slot of the kill feed; empty while `id` is 0. */
export const HandMadeFeedSlot = schema(
  {
    id: t.uint32().default(0),
    killer: t.string().default(""),
    victim: t.string().default(""),
    weapon: t.string<Weapon>().default("blaster"),
  },
  "ArenaFeedSlot",
);
export type HandMadeFeedSlot = SchemaType<typeof HandMadeFeedSlot>;

/** A slot of the chat; empty while `id` is 0. */
export const HandMadeChatSlot = schema(
  { id: t.uint32().default(0), name: t.string().default(""), text: t.string().default("") },
  "ArenaChatSlot",
);
export type HandMadeChatSlot = SchemaType<typeof HandMadeChatSlot>;

const HandMadeArena = schema(
  {
    tick: t.uint32().default(0),
    phase: t.string<Phase>().default("waiting"),
    ending: t.string<Ending>().default(""),
    secondsLeft: t.uint16().default(0),
    pickups: t.uint16().default(0),
    players: t.map(HandMadePlayer),
    projectiles: t.map(HandMadeProjectile),
    beams: t.map(HandMadeBeam),
    feed: t.array(HandMadeFeedSlot),
    chat: t.array(HandMadeChatSlot),
    // Not there when everybody is a side of their own. A client that comes over from version 1 keeps its old
    // decoder, which knows neither; and a match of version 1 has no sides.
    teamSize: t.uint8().optional(),
    sideScores: t.array("uint16").optional(),
    // Not there in a match of an earlier version, whose clients do not know it.
    safe: t.uint16().optional(),
  },
  "ArenaView",
);
type HandMadeArena = SchemaType<typeof HandMadeArena>;

export const arenaByHand = { create, write };

function create(): HandMadeArena {
  const view = new HandMadeArena();
  for (let slot = 0; slot < linesMax; slot++) {
    view.feed.push(new HandMadeFeedSlot());
    view.chat.push(new HandMadeChatSlot());
  }
  return view;
}

/** The schema's setters compare before they note a change, so equal values cost nothing on the wire. */
function write(view: HandMadeArena, world: ArenaWorld): void {
  view.tick = world.tick;
  view.phase = world.phase;
  view.ending = world.ending;
  view.secondsLeft = secondsLeft(world);
  view.pickups = pickupBits(world);
  writePlayers(view, world);
  writeProjectiles(view, world);
  writeBeams(view, world);
  writeFeed(view, world.feed);
  writeChat(view, world.chat);
  if (world.teamSize > 1) writeSides(view, world);
  const safe = safeBits(world);
  if (safe !== undefined) view.safe = safe;
}

function writePlayers({ players }: HandMadeArena, world: ArenaWorld): void {
  for (const player of world.players) {
    const key = String(player.seat);
    const known = players.get(key);
    const target = known ?? new HandMadePlayer();
    writePlayer(target, seenPlayer(world, player));
    if (known === undefined) players.set(key, target);
  }
  if (players.size > world.players.length) {
    removeOthers(players, new Set(world.players.map(({ seat }) => String(seat))));
  }
}

/** Field by field and not `Object.assign`: this runs for every player of every match at every patch. */
function writePlayer(target: HandMadePlayer, seen: ReturnType<typeof seenPlayer>): void {
  target.name = seen.name;
  target.connected = seen.connected;
  target.ready = seen.ready;
  target.alive = seen.alive;
  // A quantized setter rounds before it compares; asking first is cheaper.
  if (target.x !== seen.x) target.x = seen.x;
  if (target.y !== seen.y) target.y = seen.y;
  if (target.vx !== seen.vx) target.vx = seen.vx;
  if (target.vy !== seen.vy) target.vy = seen.vy;
  target.aim = seen.aim;
  target.health = seen.health;
  target.weapon = seen.weapon;
  target.rapid = seen.rapid;
  target.double = seen.double;
  target.score = seen.score;
  target.deaths = seen.deaths;
  target.place = seen.place;
}

/** Shots never change, and a View that has one has all older ones: only the newest can be missing. */
function writeProjectiles({ projectiles }: HandMadeArena, world: ArenaWorld): void {
  let firstNew = world.projectiles.length;
  while (firstNew > 0 && !projectiles.has(String(world.projectiles[firstNew - 1]!.id))) firstNew--;
  for (const shot of world.projectiles.slice(firstNew)) {
    projectiles.set(String(shot.id), Object.assign(new HandMadeProjectile(), seenProjectile(shot)));
  }
  if (projectiles.size > world.projectiles.length) {
    removeOthers(projectiles, new Set(world.projectiles.map(({ id }) => String(id))));
  }
}

function writeBeams({ beams }: HandMadeArena, world: ArenaWorld): void {
  for (const beam of world.beams) {
    const key = String(beam.seat);
    const known = beams.get(key);
    const target = Object.assign(known ?? new HandMadeBeam(), seenBeam(beam));
    if (known === undefined) beams.set(key, target);
  }
  if (beams.size > world.beams.length) {
    removeOthers(beams, new Set(world.beams.map(({ seat }) => String(seat))));
  }
}

interface KeyedViews {
  forEach(visit: (value: unknown, key: string) => void): void;
  delete(key: string): boolean;
}

function removeOthers(views: KeyedViews, kept: ReadonlySet<string>): void {
  views.forEach((_, key) => {
    if (!kept.has(key)) views.delete(key);
  });
}

/** Newest first, until one is there already: so are all before it. */
function writeFeed({ feed }: HandMadeArena, lines: readonly FeedLine[]): void {
  for (const line of lines.toReversed()) {
    const slot = feed[slotOf(line.id)]!;
    if (slot.id === line.id) return;
    slot.id = line.id;
    slot.killer = line.killer;
    slot.victim = line.victim;
    slot.weapon = line.weapon;
  }
}

function writeChat({ chat }: HandMadeArena, lines: readonly ChatLine[]): void {
  for (const line of lines.toReversed()) {
    const slot = chat[slotOf(line.id)]!;
    if (slot.id === line.id) return;
    slot.id = line.id;
    slot.name = line.name;
    slot.text = line.text;
  }
}

/** The list is made with the first write, before any client has the View, and never again: `teamSize` stays. */
function writeSides(view: HandMadeArena, world: ArenaWorld): void {
  view.teamSize = world.teamSize;
  view.sideScores ??= new ArraySchema();
  for (const [side, score] of seenSideScores(world).entries()) {
    if (view.sideScores[side] !== score) view.sideScores[side] = score;
  }
}

/** Ids have no gaps, so the newest `linesMax` never share a slot. */
function slotOf(id: number): number {
  return (id - 1) % linesMax;
}

function seenProjectile({ seat, x, y, aim, bornAtTick }: Projectile) {
  return { seat, x, y, aim, bornAtTick };
}

function seenBeam({ seat, x, y, aim, length, bornAtTick }: Beam) {
  return { seat, x, y, aim, length, bornAtTick };
}
