/**
 * A bot's memory between two inputs, and its skill. Everything is counted in steps, one per input: bots read
 * no clock.
 */
import { nextBelow, type RandomState } from "../../shared/game/deterministic/random.ts";
import type { Point } from "../../shared/games/arena/map.ts";

export const stepsPerSecond = 30;

/** A player should be able to win: a bot sees late, aims badly and does not fire all the time. */
interface Skill {
  /** Steps between seeing somebody and firing. */
  readonly reactionSteps: number;
  /** Largest error of its aim, 65536 to a turn. */
  readonly missMax: number;
  /** Share of a target's movement that it takes into account, in percent. */
  readonly leadPercent: number;
  /** Distance at which it prefers to fight, in units. */
  readonly distance: number;
}

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
}

export function newBotState(random: RandomState): BotState {
  const skill = {
    reactionSteps: 6 + nextBelow(random, 9),
    missMax: 500 + nextBelow(random, 900),
    leadPercent: 50 + nextBelow(random, 50),
    distance: 220 + nextBelow(random, 200),
  };
  return {
    skill,
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
  };
}
