/**
 * A View as plain data, to be hashed and compared with what the World shows. It reads a server's View and
 * a client's alike; fields that a decoder has not filled yet read as empty.
 */
import type { Seen, SeenPlayer, SeenProjectile } from "./seen.ts";
import type { ArenaView, PlayerView, ProjectileView } from "./view-schema.ts";

export function readView(view: Partial<ArenaView>): Seen {
  return {
    tick: view.tick ?? 0,
    phase: view.phase ?? "waiting",
    ending: view.ending ?? "",
    secondsLeft: view.secondsLeft ?? 0,
    pickups: view.pickups ?? 0,
    players: readMap(view.players, readPlayer),
    projectiles: readMap(view.projectiles, readProjectile),
    beams: readMap(view.beams, (beam) => ({ ...readProjectile(beam), length: beam.length ?? 0 })),
    feed: readLines(view.feed, ({ id, killer, victim, weapon }) => ({ id, killer, victim, weapon })),
    chat: readLines(view.chat, ({ id, name, text }) => ({ id, name, text })),
    teamSize: view.teamSize ?? 1,
    sideScores: [...(view.sideScores ?? [])],
  };
}

function readMap<From, To>(
  map: { forEach(visit: (value: From, key: string) => void): void } | undefined,
  readOne: (value: From) => To,
): { [key: string]: To } {
  const content: { [key: string]: To } = {};
  map?.forEach((value, key) => {
    content[key] = readOne(value);
  });
  return content;
}

/** The lines in the order in which they were written; the ring may begin anywhere. */
function readLines<Slot extends { id: number }, Line extends { id: number }>(
  slots: Iterable<Slot> | undefined,
  readOne: (slot: Slot) => Line,
): Line[] {
  const lines: Line[] = [];
  for (const slot of slots ?? []) if (slot?.id > 0) lines.push(readOne(slot));
  return lines.sort((a, b) => a.id - b.id);
}

function readPlayer(player: Partial<PlayerView>): SeenPlayer {
  return {
    name: player.name ?? "",
    connected: player.connected ?? false,
    ready: player.ready ?? false,
    alive: player.alive ?? false,
    x: player.x ?? 0,
    y: player.y ?? 0,
    vx: player.vx ?? 0,
    vy: player.vy ?? 0,
    aim: player.aim ?? 0,
    health: player.health ?? 0,
    weapon: player.weapon ?? "blaster",
    rapid: player.rapid ?? false,
    double: player.double ?? false,
    score: player.score ?? 0,
    deaths: player.deaths ?? 0,
    place: player.place ?? 0,
  };
}

function readProjectile(shot: Partial<ProjectileView>): SeenProjectile {
  return {
    seat: shot.seat ?? 0,
    x: shot.x ?? 0,
    y: shot.y ?? 0,
    aim: shot.aim ?? 0,
    bornAtTick: shot.bornAtTick ?? 0,
  };
}
