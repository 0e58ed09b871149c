/**
 * How well a bot of the arena plays, from one that has just begun to one that few people beat. A level says how late it sees,
 * how badly it aims, how fast its hand is, and what it knows: to hunt, to take cover, to change its gun. Bots of one level
 * differ a little, by chance. `npm run sim -- selfplay --levels` rates them against each other.
 */
import { nextBelow, type RandomState } from "../../shared/game/deterministic/random.ts";

export const levelNames = ["beginner", "easy", "fair", "good", "strong"] as const;

export type LevelName = (typeof levelNames)[number];

export interface Skill {
  /** Steps between seeing somebody and firing. */
  readonly reactionSteps: number;
  /** Largest error of its aim, 65536 to a turn. */
  readonly missMax: number;
  /** Largest turn of its gun in a step. */
  readonly turnMax: number;
  /** Share of a target's movement that it takes into account, in percent. */
  readonly leadPercent: number;
  /** Steps between two decisions; chance adds up to as many again. */
  readonly thinkSteps: number;
  /** Longest pause between two bursts of shots, in steps. */
  readonly restStepsMax: number;
  /** Distance at which it prefers to fight, in units. */
  readonly distance: number;
  /** It looks for opponents that it does not see. */
  readonly hunts: boolean;
  /** It takes the rail gun for far targets and the blaster for near ones. */
  readonly changesGun: boolean;
  /** Wounded, it goes where its opponent does not see it. */
  readonly takesCover: boolean;
}

type Level = Omit<Skill, "distance">;

const knows = { hunts: true, changesGun: true, takesCover: true };

const levels: Readonly<Record<LevelName, Level>> = {
  beginner: {
    ...{ reactionSteps: 20, missMax: 2800, turnMax: 1300, leadPercent: 0, thinkSteps: 14, restStepsMax: 45 },
    ...{ hunts: false, changesGun: false, takesCover: false },
  },
  easy: {
    ...{ reactionSteps: 13, missMax: 1800, turnMax: 1900, leadPercent: 40, thinkSteps: 10, restStepsMax: 32 },
    ...{ hunts: true, changesGun: false, takesCover: false },
  },
  fair: {
    ...{ reactionSteps: 9, missMax: 1100, turnMax: 2600, leadPercent: 65, thinkSteps: 7, restStepsMax: 22 },
    ...{ ...knows, takesCover: false },
  },
  good: {
    ...{ reactionSteps: 7, missMax: 650, turnMax: 3300, leadPercent: 85, thinkSteps: 5, restStepsMax: 12 },
    ...knows,
  },
  strong: {
    ...{ reactionSteps: 5, missMax: 300, turnMax: 4400, leadPercent: 100, thinkSteps: 4, restStepsMax: 4 },
    ...knows,
  },
};

/** The levels of a group of bots, the usual ones first: a player finds somebody to beat, and somebody to learn from. */
const mix: readonly LevelName[] = ["easy", "fair", "beginner", "good", "fair", "strong"];

/** @param index of the bot in its group */
export const mixedLevel = (index: number): LevelName => mix[index % mix.length]!;

/** A bot of a level, a little better or worse than the others by chance. */
export function skillOf(name: LevelName, random: RandomState): Skill {
  const level = levels[name];
  const spread = (most: number) => most - nextBelow(random, Math.max(1, Math.floor(most / 5)));
  return {
    ...level,
    reactionSteps: spread(level.reactionSteps),
    missMax: spread(level.missMax),
    distance: 220 + nextBelow(random, 200),
  };
}
