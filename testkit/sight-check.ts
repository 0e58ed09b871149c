/**
 * What viewers have in sight, checked as play goes on: every id that `sees` gives is there and is given once, and what is
 * said never to change does not. How it reaches clients is the server's part and is not looked at here.
 */
import type { AnyGame, Plain, Viewer } from "../shared/game/game.ts";
import { firstDifference } from "./difference.ts";

export class SightCheck {
  readonly #sight: NonNullable<AnyGame["view"]["sight"]>;
  /** As they were when they came into somebody's sight; those that nobody sees any more are forgotten. */
  #constant = new Map<string, Plain>();

  constructor(sight: NonNullable<AnyGame["view"]["sight"]>) {
    this.#sight = sight;
  }

  /** @returns what is wrong with it, in words; undefined: nothing */
  problem(world: object, viewers: Iterable<Viewer>): string | undefined {
    const sight = this.#sight;
    const prepared = sight.prepare?.(world);
    const constant = new Map<string, Plain>();
    const looked = new Set<string>();
    for (const viewer of viewers) {
      const own = new Set<string>();
      for (const id of sight.sees(world, viewer, prepared)) {
        if (own.has(id)) return `\`sees\` gives ${viewer} the id "${id}" twice`;
        own.add(id);
        if (looked.has(id)) continue;
        looked.add(id);
        const problem = this.#thingProblem(world, id, constant);
        if (problem !== undefined) return problem;
      }
    }
    this.#constant = constant;
    return undefined;
  }

  #thingProblem(world: object, id: string, constant: Map<string, Plain>): string | undefined {
    const sight = this.#sight;
    let now: Plain;
    try {
      now = sight.of(world, id);
    } catch (error) {
      return `\`sees\` gives the id "${id}", of which nothing can be seen: ${(error as Error).message}`;
    }
    if (sight.constant?.(id) !== true) return undefined;
    const before = this.#constant.get(id);
    constant.set(id, now);
    const difference = before === undefined ? undefined : firstDifference(now, before);
    return difference && `"${id}" is said to be constant, and it changed: ${difference}`;
  }
}
