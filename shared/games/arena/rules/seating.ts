/**
 * Who is in the match: joins, leaves, drops and returns. A dropped player stays where he is, idle, and can
 * be shot; one who leaves takes his shots with him and leaves his numbers behind.
 */
import type { Seat } from "../../../game.ts";
import { visibleText } from "../visible-text.ts";
import { type ArenaWorld, departedMax, type Player, playerAt, seatsMax, ticksPerSecond } from "../world.ts";
import { idleTicksMax } from "./inputs.ts";
import { spawn } from "./spawning.ts";

/** Code points. */
export const nameLengthMax = 20;

/** Ignored when the seat is taken or not one of this game. */
export function join(world: ArenaWorld, seat: Seat, wishedName: string): void {
  if (!Number.isInteger(seat) || seat < 0 || seat >= seatsMax || playerAt(world, seat)) return;
  const player = newcomer(seat + 0, freeName(world, seat, wishedName));
  spawn(world, player);
  const after = world.players.findIndex((other) => other.seat > seat);
  world.players.splice(after < 0 ? world.players.length : after, 0, player);
  if (world.phase === "waiting") {
    world.phase = "playing";
    world.endsAtTick = world.tick + world.durationSeconds * ticksPerSecond;
  }
}

export function leave(world: ArenaWorld, seat: Seat): void {
  const player = playerAt(world, seat);
  if (player === undefined) return;
  const { name, score, deaths, shots, hits } = player;
  world.departed.push({ seat: player.seat, name, score, deaths, shots, hits });
  if (world.departed.length > departedMax) world.departed.shift();
  world.players.splice(world.players.indexOf(player), 1);
  // The next one in this seat must not score with them.
  world.projectiles = world.projectiles.filter((shot) => shot.seat !== seat);
  world.beams = world.beams.filter((beam) => beam.seat !== seat);
}

export function drop(world: ArenaWorld, seat: Seat): void {
  const player = playerAt(world, seat);
  if (player === undefined) return;
  player.connected = false;
  player.idleTicks = idleTicksMax;
}

export function comeBack(world: ArenaWorld, seat: Seat): void {
  const player = playerAt(world, seat);
  if (player) player.connected = true;
}

/** 1..20 visible characters, unlike every other name in the match. */
function freeName(world: ArenaWorld, seat: Seat, wished: string): string {
  const base = visibleText(wished, nameLengthMax) || `Player ${seat + 1}`;
  let name = base;
  for (let number = 2; world.players.some((player) => player.name === name); number++) {
    const suffix = ` ${number}`;
    name = visibleText(base, nameLengthMax - suffix.length) + suffix;
  }
  return name;
}

/** `seat + 0` above: a negative zero is a whole number too, and would not be one after a restore. */
function newcomer(seat: Seat, name: string): Player {
  return {
    seat,
    name,
    connected: true,
    ready: false,
    alive: false,
    x: 0,
    y: 0,
    vx: 0,
    vy: 0,
    aim: 0,
    health: 0,
    weapon: "blaster",
    chosenWeapon: "blaster",
    fireReadyAtTick: 0,
    rapidUntilTick: 0,
    doubleUntilTick: 0,
    respawnAtTick: 0,
    idleTicks: 0,
    score: 0,
    deaths: 0,
    shots: 0,
    hits: 0,
  };
}
