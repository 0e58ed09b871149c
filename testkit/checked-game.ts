/**
 * A game whose every step is checked: it runs twice and must come to the same World, it leaves its record alone, the
 * World is plain data, what it tells, asks and answers arrives as it is, and the View is what `of` says. For tests and for development; it costs several times the step.
 */
import { hashPlain } from "../shared/game/deterministic/hash.ts";
import type { AnyGame, Viewer } from "../shared/game/game.ts";
import { firstDifference } from "./difference.ts";
import { payloadProblem } from "./payload-check.ts";
import { ViewCheck } from "./view-check.ts";

type Step = AnyGame["step"];

/** @param onProblem is told what is wrong, in words; the step itself is done as it was */
export function checkedStep(game: AnyGame, onProblem: (problem: string) => void): Step {
  const matches = new WeakMap<object, { readonly view: ViewCheck; readonly viewers: Set<Viewer> }>();
  /** Who joined before the check began has no part of their own here that is looked at. */
  const viewProblem = (world: object, { leaves, joins }: Parameters<Step>[1]) => {
    const known = matches.get(world) ?? { view: new ViewCheck(game), viewers: new Set(["spectator"]) };
    matches.set(world, known);
    for (const seat of leaves) known.viewers.delete(seat);
    for (const { seat } of joins) known.viewers.add(seat);
    return known.view.problem(world, known.viewers);
  };
  return (world: object, record) => {
    const notPlain = plainProblem(world);
    if (notPlain !== undefined) onProblem(notPlain);
    if (notPlain !== undefined) return game.step(world, record);
    const [twin, given, seen] = [structuredClone(world), structuredClone(record), structuredClone(record)];
    const answers = game.step(world, given);
    const problem =
      changedRecord(given, seen) ??
      plainProblem(world) ??
      payloadProblem(game, answers) ??
      unequalTwin({ game, world, twin, record: seen, stepped: answers }) ??
      attempt(() => viewProblem(world, seen));
    if (problem !== undefined) onProblem(`tick ${record.tick}: ${problem}`);
    return answers;
  };
}

function changedRecord(given: unknown, before: unknown): string | undefined {
  const difference = firstDifference(given, before);
  return difference && `\`step\` changed its record, which belongs to the journal: ${difference}`;
}

interface Twin {
  readonly game: AnyGame;
  readonly world: object;
  /** The World before the step. */
  readonly twin: object;
  readonly record: Parameters<Step>[1];
  /** Answers and events, as the step gave them. */
  readonly stepped: unknown;
}

function unequalTwin({ game, world, twin, record, stepped }: Twin): string | undefined {
  let again: unknown;
  const problem = attempt(() => {
    again = game.step(twin, record);
  });
  if (problem !== undefined) return `\`step\` did not do the same twice: ${problem}`;
  const why = "a clock, chance or something else that is not in the World";
  const difference = firstDifference(world, twin);
  if (difference !== undefined) return `\`step\` came to two Worlds from one, through ${why}: ${difference}`;
  const said = firstDifference(stepped, again);
  return said && `\`step\` answered in two ways, through ${why}: ${said}`;
}

function plainProblem(world: object): string | undefined {
  const problem = attempt(() => void hashPlain(world));
  return problem && `the World is not plain data: ${problem}`;
}

function attempt(task: () => unknown): string | undefined {
  try {
    const said = task();
    return typeof said === "string" ? said : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
