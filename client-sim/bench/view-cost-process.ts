/**
 * What the View of the arena costs in a process of its own: bots play a match on it, and then all Worlds of which a
 * patch was sent are written and encoded again and again, for a fresh room each time. Called with the View and the
 * players; it prints the processor time of each round, in µs per patch. Only one View is in the process, because the
 * schema package gets slower with every class that it has seen.
 */
import { Encoder, type Schema } from "@colyseus/schema";
import type { RandomState } from "../../shared/game/deterministic/random.ts";
import { arena } from "../../shared/games/arena/game.ts";
import { arenaView } from "../../shared/games/arena/view.ts";
import type { ArenaView } from "../../shared/games/arena/view-schema.ts";
import type { ArenaWorld } from "../../shared/games/arena/world.ts";
import { newBotState } from "../bots/bot-state.ts";
import { decide } from "../bots/brain.ts";
import { arenaByHand } from "./arena-view-by-hand.ts";
import { ownCpuSeconds } from "./sample.ts";

const seed = 7;
const matchTicks = 60 * arena.tickRate;
const warmUpRounds = 12;
const measuredRounds = 15;

interface Writes<View> {
  create(): View;
  write(view: View, world: ArenaWorld): void;
}

const [which, playersText] = process.argv.slice(2);
const measured = (which === "declared" ? arenaView : arenaByHand) as Writes<Schema>;
const worlds = playedWorlds(Number(playersText), measured);
const rounds: number[] = [];
for (let round = -warmUpRounds; round < measuredRounds; round++) {
  const startedSeconds = ownCpuSeconds();
  const bytes = showAll(worlds, measured);
  const usPerPatch = ((ownCpuSeconds() - startedSeconds) * 1e6) / worlds.length;
  if (bytes === 0) throw new Error("no patch had anything in it");
  if (round >= 0) rounds.push(usPerPatch);
}
console.log(JSON.stringify({ patches: worlds.length, rounds }));

/** As a room does it, 20 times a second. */
function showAll(shown: readonly ArenaWorld[], { create, write }: Writes<Schema>): number {
  const view = create();
  const encoder = new Encoder(view);
  let bytes = 0;
  for (const world of shown) {
    write(view, world);
    bytes += encoder.encode().length;
    encoder.discardChanges();
  }
  return bytes;
}

/** The Worlds of a match's patches: two of three ticks. */
function playedWorlds(players: number, { create, write }: Writes<Schema>): ArenaWorld[] {
  const world = arena.create(seed, { durationSeconds: 3600, scoreLimit: 1000 });
  const view = create();
  const random: RandomState = { random: seed };
  const seats = Array.from({ length: players }, (_, seat) => ({ seat, state: newBotState(random) }));
  const played: ArenaWorld[] = [];
  for (let tick = 1; tick <= matchTicks; tick++) {
    const inputs = seats.map(({ seat, state }) => ({
      seat,
      inputs: [{ seq: tick, ...decide(view as unknown as ArenaView, seat, state, random) }],
    }));
    const joins =
      tick === 1 ? seats.map(({ seat }) => ({ seat, name: `player ${seat}`, userId: `user ${seat}` })) : [];
    arena.step(world, { tick, now: 0, leaves: [], joins, drops: [], returns: [], commands: [], inputs });
    if (tick % 3 === 0) continue;
    write(view, world);
    played.push(structuredClone(world));
  }
  return played;
}
