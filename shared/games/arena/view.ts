/**
 * How the arena's View (view-schema.ts) follows a World. `seen.ts` decides what may be in it. Feed and chat
 * are rings of slots that exist from the start: a new line overwrites the oldest, nothing is ever shifted.
 */
import { ArraySchema } from "@colyseus/schema";
import type { GameView } from "../../game/game.ts";
import {
  pickupBits,
  type SeenPlayer,
  secondsLeft,
  seenBeam,
  seenOf,
  seenPlayer,
  seenProjectile,
  seenSideScores,
} from "./seen.ts";
import { readView } from "./view-reading.ts";
import { ArenaView, BeamView, ChatSlot, FeedSlot, PlayerView, ProjectileView } from "./view-schema.ts";
import { type ArenaWorld, type ChatLine, type FeedLine, linesMax } from "./world.ts";

export const arenaView: GameView<ArenaWorld, ArenaView> = { create, write, read: readView, of: seenOf };

function create(): ArenaView {
  const view = new ArenaView();
  for (let slot = 0; slot < linesMax; slot++) {
    view.feed.push(new FeedSlot());
    view.chat.push(new ChatSlot());
  }
  return view;
}

/** The schema's setters compare before they note a change, so equal values cost nothing on the wire. */
function write(view: ArenaView, world: ArenaWorld): void {
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
}

function writePlayers({ players }: ArenaView, world: ArenaWorld): void {
  for (const player of world.players) {
    const key = String(player.seat);
    const known = players.get(key);
    const target = known ?? new PlayerView();
    writePlayer(target, seenPlayer(world, player));
    if (known === undefined) players.set(key, target);
  }
  if (players.size > world.players.length) {
    removeOthers(players, new Set(world.players.map(({ seat }) => String(seat))));
  }
}

/** Field by field, not with `Object.assign`, for speed: it runs for every player at every patch. */
function writePlayer(target: PlayerView, seen: SeenPlayer): void {
  target.name = seen.name;
  target.connected = seen.connected;
  target.ready = seen.ready;
  target.alive = seen.alive;
  // A quantized setter rounds before it compares; comparing here first is cheaper.
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

/** Shots never change, and a View that has one has all older ones too: only the newest can be missing. */
function writeProjectiles({ projectiles }: ArenaView, world: ArenaWorld): void {
  let firstNew = world.projectiles.length;
  while (firstNew > 0 && !projectiles.has(String(world.projectiles[firstNew - 1]!.id))) firstNew--;
  for (const shot of world.projectiles.slice(firstNew)) {
    projectiles.set(String(shot.id), Object.assign(new ProjectileView(), seenProjectile(shot)));
  }
  if (projectiles.size > world.projectiles.length) {
    removeOthers(projectiles, new Set(world.projectiles.map(({ id }) => String(id))));
  }
}

function writeBeams({ beams }: ArenaView, world: ArenaWorld): void {
  for (const beam of world.beams) {
    const key = String(beam.seat);
    const known = beams.get(key);
    const target = Object.assign(known ?? new BeamView(), seenBeam(beam));
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

/** Writes the newest first, until a line is there already: then all older ones are, too. */
function writeFeed({ feed }: ArenaView, lines: readonly FeedLine[]): void {
  for (const line of lines.toReversed()) {
    const slot = feed[slotOf(line.id)]!;
    if (slot.id === line.id) return;
    slot.id = line.id;
    slot.killer = line.killer;
    slot.victim = line.victim;
    slot.weapon = line.weapon;
  }
}

function writeChat({ chat }: ArenaView, lines: readonly ChatLine[]): void {
  for (const line of lines.toReversed()) {
    const slot = chat[slotOf(line.id)]!;
    if (slot.id === line.id) return;
    slot.id = line.id;
    slot.name = line.name;
    slot.text = line.text;
  }
}

/** The list is made once, with the first write, before any client has the View: `teamSize` never changes. */
function writeSides(view: ArenaView, world: ArenaWorld): void {
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
