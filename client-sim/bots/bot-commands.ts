/** The commands of a bot: now and then a new weapon or a line in the chat. Pure, like the brain. */
import { nextBelow, type RandomState } from "../../shared/game/deterministic/random.ts";
import type { ArenaCommand } from "../../shared/games/arena/command.ts";
import { type BotState, stepsPerSecond } from "./bot-state.ts";

const lines = [
  "hello",
  "nice one",
  "that was close",
  "who took the rail",
  "behind you",
  "meet me in the middle",
  "I almost had you",
  "good game",
];

/** Seconds between two commands: at least `secondsMin`, plus up to `secondsSpread` by chance. */
export interface CommandPace {
  readonly secondsMin: number;
  readonly secondsSpread: number;
}

export const casual: CommandPace = { secondsMin: 10, secondsSpread: 40 };

/** Steps until it may ask for another gun. */
const gunSteps = 2 * stepsPerSecond;

/** The other gun, when the bot would rather have it. @param has undefined: it does not play */
export function gunCommand(state: BotState, has: string | undefined): ArenaCommand | undefined {
  const { wantedGun, step } = state;
  if (wantedGun === undefined || has === undefined || has === wantedGun || step < state.gunAtStep)
    return undefined;
  state.gunAtStep = step + gunSteps;
  return { name: "choose-weapon", payload: { weapon: wantedGun } };
}

/**
 * The bot's next command, if one is due. Call it once per step, after `decide`.
 * @param text makes a chat line unlike every other one; the default is small talk
 */
export function nextCommand(
  state: BotState,
  random: RandomState,
  pace: CommandPace = casual,
  text: () => string = () => lines[nextBelow(random, lines.length)]!,
): ArenaCommand | undefined {
  if (state.step < state.commandAtStep) return undefined;
  const isFirst = state.commandAtStep === 0;
  const stepsSpread = Math.max(1, Math.round(pace.secondsSpread * stepsPerSecond));
  state.commandAtStep =
    state.step + Math.round(pace.secondsMin * stepsPerSecond) + nextBelow(random, stepsSpread);
  if (isFirst) return undefined;
  switch (nextBelow(random, 6)) {
    case 0:
      return { name: "ready", payload: {} };
    case 1:
      return { name: "choose-weapon", payload: { weapon: "rail" } };
    case 2:
      return { name: "choose-weapon", payload: { weapon: "blaster" } };
    default:
      return { name: "chat", payload: { text: text() } };
  }
}
