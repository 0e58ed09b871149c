/**
 * One tick of an arena match, in the order in which it happens. Nothing else changes a World, and the World
 * at tick N is a function of the World at N-1 and record N: no clock, no chance but the World's own.
 * It accepts any record that the types allow and ignores what makes no sense (an unknown seat).
 */
import type { CommandAnswer, Seat, TickRecord } from "../../game/game.ts";
import type { ArenaCommand } from "./command.ts";
import type { ArenaInput } from "./input.ts";
import { botInputs } from "./rules/bots.ts";
import { dueEnding } from "./rules/ending.ts";
import { applyInputs } from "./rules/inputs.ts";
import { takePickups } from "./rules/pickups.ts";
import { answer } from "./rules/requests.ts";
import { rememberPlaces } from "./rules/rewind.ts";
import { comeBack, drop, join, leave } from "./rules/seating.ts";
import { respawn } from "./rules/spawning.ts";
import { fadeBeams, fireAll, flyProjectiles } from "./rules/weapons.ts";
import { type ArenaWorld, hasRealPlayer } from "./world.ts";

/** Who somebody is makes no difference here. */
export interface ArenaRecord extends Omit<TickRecord<ArenaInput, ArenaCommand>, "joins" | "now"> {
  readonly joins: readonly { readonly seat: Seat; readonly name: string }[];
}

const isOver: CommandAnswer = { ok: false, reason: "the match is over" };

export function step(world: ArenaWorld, record: ArenaRecord): readonly CommandAnswer[] {
  world.tick = record.tick;
  if (world.phase === "over") return record.commands.map(() => isOver);

  for (const seat of record.leaves) leave(world, seat);
  for (const { seat, name } of record.joins) join(world, seat, name);
  for (const seat of record.drops) drop(world, seat);
  for (const seat of record.returns) comeBack(world, seat);
  const answers = record.commands.map(({ seat, command }) => answer(world, seat, command));

  const triggers = applyInputs(world, [...botInputs(world), ...record.inputs]);
  fadeBeams(world);
  flyProjectiles(world);
  fireAll(world, triggers);
  takePickups(world);
  respawn(world);
  rememberPlaces(world);

  world.emptyTicks = hasRealPlayer(world) ? 0 : world.emptyTicks + 1;
  world.ending = dueEnding(world);
  if (world.ending !== "") world.phase = "over";
  return answers;
}
