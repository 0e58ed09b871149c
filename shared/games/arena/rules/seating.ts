/**
 * Who is in the match: joins, leaves, drops and returns. A dropped player stays where they are, idle, and can
 * be shot after a second. When a player leaves, their shots vanish and their results are kept. A bot leaves only when a real
 * player comes to its seat; a seat that a real player left gets no bot.
 */

import { visibleText } from "../../../game/deterministic/visible-text.ts";
import type { Seat } from "../../../game/game.ts";
import {
  type ArenaWorld,
  departedMax,
  type Player,
  playerAt,
  realPlayerAt,
  seatsMax,
  ticksPerSecond,
} from "../world.ts";
import { botName, newBot } from "./bots.ts";
import { beIdle, isAway, returnSafeTicks } from "./inputs.ts";
import { beSafe } from "./safety.ts";
import { keepScore, startScore } from "./sides.ts";
import { spawn } from "./spawning.ts";

/** In code points. */
const nameLengthMax = 20;
/** Ignored when a real player has the seat, or when the match has no such seat. */
export function join(world: ArenaWorld, seat: Seat, wishedName: string): void {
  if (!Number.isInteger(seat) || seat < 0 || seat >= seatsMax || realPlayerAt(world, seat)) return;
  const bot = playerAt(world, seat);
  if (bot) remove(world, bot);
  enter(world, newcomer(seat + 0, freeName(world, seat, wishedName)));
  if (world.phase === "waiting") {
    world.phase = "playing";
    world.endsAtTick = world.tick + world.durationSeconds * ticksPerSecond;
  }
}

/** Call it before the first tick, in ascending order of seats. A bot does not start the clock. */
export function seatBot(world: ArenaWorld, seat: Seat): void {
  enter(world, { ...newcomer(seat, botName(seat)), bot: true });
  world.bots.push(newBot(world, seat));
}

export function leave(world: ArenaWorld, seat: Seat): void {
  const player = realPlayerAt(world, seat);
  if (player) remove(world, player);
}

export function drop(world: ArenaWorld, seat: Seat): void {
  const player = realPlayerAt(world, seat);
  if (player === undefined) return;
  player.connected = false;
  beIdle(player);
  // After a crash or a move everybody is dropped, and they come back one after another.
  if (world.spawnSafeTicks > 0) beSafe(player, world.tick + returnSafeTicks);
}

export function comeBack(world: ArenaWorld, seat: Seat): void {
  const player = realPlayerAt(world, seat);
  if (player === undefined) return;
  player.connected = true;
  // Their inputs are on their way.
  if (isAway(player)) player.idleTicks = 0;
  beIdle(player);
  if (world.spawnSafeTicks > 0) beSafe(player, world.tick + returnSafeTicks);
}

function enter(world: ArenaWorld, player: Player): void {
  spawn(world, player);
  startScore(world, player.seat);
  const after = world.players.findIndex((other) => other.seat > player.seat);
  world.players.splice(after < 0 ? world.players.length : after, 0, player);
}

function remove(world: ArenaWorld, player: Player): void {
  const { seat, name, bot, score, deaths, shots, hits } = player;
  world.departed.push({ seat, name, bot, score, deaths, shots, hits });
  if (world.departed.length > departedMax) world.departed.shift();
  keepScore(world, player);
  world.players.splice(world.players.indexOf(player), 1);
  world.bots = world.bots.filter((other) => other.seat !== seat);
  // The next player in this seat must not score with them.
  world.projectiles = world.projectiles.filter((shot) => shot.seat !== seat);
  world.beams = world.beams.filter((beam) => beam.seat !== seat);
}

/** A name of 1..20 visible characters that nobody else in the match has. */
function freeName(world: ArenaWorld, seat: Seat, wished: string): string {
  const base = visibleText(wished, nameLengthMax) || `Player ${seat + 1}`;
  let name = base;
  for (let number = 2; world.players.some((player) => player.name === name); number++) {
    const suffix = ` ${number}`;
    name = visibleText(base, nameLengthMax - suffix.length) + suffix;
  }
  return name;
}

/** `seat + 0` above turns a negative zero into zero, which it would be after a restore. */
function newcomer(seat: Seat, name: string): Player {
  return {
    seat,
    name,
    bot: false,
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
    trail: [],
    sawTick: 0,
    safeUntilTick: 0,
    score: 0,
    deaths: 0,
    shots: 0,
    hits: 0,
  };
}
