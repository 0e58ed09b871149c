/**
 * A bot's memory between two inputs, and its skill. Everything is counted in steps, one per input: bots read
 * no clock.
 */
import { nextBelow, type RandomState } from "../../shared/game/deterministic/random.ts";
import type { Point } from "../../shared/games/arena/map.ts";
import type { Weapon } from "../../shared/games/arena/world.ts";
import { type LevelName, mixedLevel, type Skill, skillOf } from "./skill.ts";

export const stepsPerSecond = 30;

export interface BotState {
  readonly skill: Skill;
  step: number;
  thinkAtStep: number;
  /** Seat of its opponent; -1 for nobody. */
  target: number;
  /** The step since which the target has been in sight. */
  targetSinceStep: number;
  goal: Point;
  /** The next point on the way to the goal. */
  waypoint: Point;
  /** 1 or -1: the side to which it circles around a target. */
  side: number;
  sideUntilStep: number;
  aim: number;
  miss: number;
  missUntilStep: number;
  /** It fires in steps before this one, then rests. */
  burstUntilStep: number;
  restUntilStep: number;
  /** Position at its last check whether it makes progress. */
  lastX: number;
  lastY: number;
  checkAtStep: number;
  /** Until this step it walks in a random direction, because it was stuck. */
  wanderUntilStep: number;
  wander: number;
  /** 0 before the first step. */
  commandAtStep: number;
  /** The gun that it would rather have; undefined: whichever it has. */
  wantedGun: Weapon | undefined;
  /** It asks for another gun in this step at the earliest. */
  gunAtStep: number;
}

/** @param level left out: any of the usual ones */
export function newBotState(random: RandomState, level?: LevelName): BotState {
  return {
    skill: skillOf(level ?? mixedLevel(nextBelow(random, 5)), random),
    step: 0,
    thinkAtStep: nextBelow(random, 10),
    target: -1,
    targetSinceStep: 0,
    goal: { x: 0, y: 0 },
    waypoint: { x: 0, y: 0 },
    side: 1,
    sideUntilStep: 0,
    aim: 0,
    miss: 0,
    missUntilStep: 0,
    burstUntilStep: 0,
    restUntilStep: 0,
    lastX: 0,
    lastY: 0,
    checkAtStep: 0,
    wanderUntilStep: 0,
    wander: 0,
    commandAtStep: 0,
    wantedGun: undefined,
    gunAtStep: 0,
  };
}
