/**
 * Matches played by a script: players who wander, turn to the nearest enemy in sight and shoot. The script
 * reads the World, as no client could; its chance is its own. The records it makes are what a test replays.
 */
import { nextBelow, type RandomState } from "../../shared/game/deterministic/random.ts";
import { angleOf } from "../../shared/game/deterministic/trig.ts";
import { arena } from "../../shared/games/arena/game.ts";
import { type ArenaInput, fireButton } from "../../shared/games/arena/input.ts";
import { areFriends } from "../../shared/games/arena/rules/sides.ts";
import { wallBetween } from "../../shared/games/arena/sight.ts";
import type { ArenaRecord } from "../../shared/games/arena/step.ts";
import type { ArenaWorld, Player } from "../../shared/games/arena/world.ts";

export interface Script {
  readonly seed: number;
  /** On seats 0.. */
  readonly players: number;
  /** At most; the match may be over before. */
  readonly ticks: number;
  readonly durationSeconds?: number;
  readonly scoreLimit?: number;
  readonly teamSize?: number;
  /** Seats of bots; the script moves none of them. */
  readonly bots?: readonly number[];
  /** Called after every tick. */
  readonly onTick?: (world: ArenaWorld, record: ArenaRecord) => void;
}

interface ScriptedBot extends RandomState {
  moveX: number;
  moveY: number;
  seq: number;
}

export function emptyRecord(tick: number): ArenaRecord {
  return { tick, leaves: [], joins: [], drops: [], returns: [], commands: [], inputs: [] };
}

/** Plays until the match is over or the ticks are. */
export function playScripted(script: Script): { world: ArenaWorld; records: ArenaRecord[] } {
  const { durationSeconds = 300, scoreLimit = 1000, teamSize = 1, bots = [] } = script;
  const world = arena.create(script.seed, { durationSeconds, scoreLimit, teamSize, bots });
  const scripted = Array.from({ length: script.players }, (_, seat) => newScriptedBot(script.seed, seat));
  const records: ArenaRecord[] = [];
  for (let tick = 1; tick <= script.ticks && world.phase !== "over"; tick++) {
    const record =
      tick === 1 ? opening(script.players) : { ...emptyRecord(tick), inputs: inputs(world, scripted) };
    records.push(record);
    arena.step(world, record);
    script.onTick?.(world, record);
  }
  return { world, records };
}

function newScriptedBot(seed: number, seat: number): ScriptedBot {
  return { random: (seed ^ (seat * 7919)) >>> 0, moveX: 0, moveY: 0, seq: 0 };
}

function opening(players: number): ArenaRecord {
  const seats = Array.from({ length: players }, (_, seat) => seat);
  return {
    ...emptyRecord(1),
    joins: seats.map((seat) => ({ seat, name: `scripted ${seat}` })),
    commands: seats
      .filter((seat) => seat % 4 === 3)
      .map((seat) => ({ seat, command: { name: "choose-weapon", payload: { weapon: "rail" } } })),
  };
}

function inputs(world: ArenaWorld, bots: ScriptedBot[]): ArenaRecord["inputs"] {
  const scripted = world.players.filter(({ bot }) => !bot);
  return scripted.map((player) => ({
    seat: player.seat,
    inputs: [think(world, player, bots[player.seat]!)],
  }));
}

function think(world: ArenaWorld, player: Player, bot: ScriptedBot): ArenaInput {
  if (nextBelow(bot, 20) === 0) {
    bot.moveX = nextBelow(bot, 255) - 127;
    bot.moveY = nextBelow(bot, 255) - 127;
  }
  const enemy = nearestInSight(world, player);
  const miss = nextBelow(bot, 1025) - 512;
  const aim = enemy ? (angleOf(enemy.x - player.x, enemy.y - player.y) + miss) & 65535 : player.aim;
  const { moveX, moveY } = bot;
  return { seq: ++bot.seq, moveX, moveY, aim, buttons: enemy ? fireButton : 0, seen: 0 };
}

function nearestInSight(world: ArenaWorld, player: Player): Player | undefined {
  let found: Player | undefined;
  let nearest = 800 * 800;
  for (const other of world.players) {
    if (!other.alive || areFriends(world, other.seat, player.seat)) continue;
    if (wallBetween(player.x, player.y, other.x, other.y)) continue;
    const distance = (other.x - player.x) ** 2 + (other.y - player.y) ** 2;
    if (distance >= nearest) continue;
    found = other;
    nearest = distance;
  }
  return found;
}
