/**
 * Games while they are developed (`--dev`): a changed file goes into the running matches at the next tick; a broken one
 * leaves the rules as they are, and says why. Every step is checked. What clients learned when they connected, or the
 * version, cannot change under them: then the process ends in order, and its successor restores the matches.
 *
 * The whole server holds the same game objects from its start to its end; here their parts are replaced.
 */

import { fingerprintOf, setFingerprint } from "../../shared/game/fingerprint.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import type { HandlersByGame } from "../../shared/game/handlers.ts";
import { checkedStep } from "../../testkit/checked-game.ts";
import { checkedHandlers } from "../../testkit/checked-handlers.ts";
import { firstDifference } from "../../testkit/difference.ts";
import { ViewCheck } from "../../testkit/view-check.ts";
import type { Brought } from "../games.ts";
import type { Log } from "../ops/log.ts";
import { tellParent } from "../ops/parent.ts";
import { viewShape } from "../room/view-shape.ts";
import { StoreError } from "../store-error.ts";
import { changeRules } from "./change-rules.ts";
import { GameFiles } from "./game-files.ts";
import type { MatchProcess } from "./match-process.ts";

/** Problems that were told already and are not told again, until the rules change. */
const toldMax = 100;

export interface DevelopmentParts {
  readonly matches: Pick<MatchProcess, "host" | "rooms">;
  /** Ends the process in order; the supervisor starts the next one. */
  readonly restart: () => Promise<void>;
}

export class Development {
  readonly games: readonly AnyGame[];
  readonly handlers: HandlersByGame;
  readonly #files: GameFiles;
  readonly #log: Log;
  readonly #told = new Set<string>();
  #shapes: readonly unknown[];
  /** Changes are taken one after the other. */
  #last: Promise<void> = Promise.resolve();

  /** @throws StoreError `game/invalid` */
  static async load(setting: string, log: Log): Promise<Development> {
    const files = new GameFiles(setting);
    const brought = await files.load();
    for (const game of brought.games) assertCheckable(game);
    return new Development(files, brought, log);
  }

  private constructor(files: GameFiles, { games, handlers }: Brought, log: Log) {
    this.#files = files;
    this.#log = log;
    this.#shapes = games.map(shapeOf);
    this.games = games.map((game) => this.#checked(game));
    this.handlers = this.#checkedHandlers(games, handlers);
  }

  /** From now on changes go into the matches. */
  follow(parts: DevelopmentParts): void {
    const onChanged = () => {
      this.#last = this.#last.then(() => this.#change(parts));
    };
    this.#files.watch(onChanged);
  }

  close(): void {
    this.#files.close();
  }

  async #change({ matches, restart }: DevelopmentParts): Promise<void> {
    let brought: Brought;
    try {
      brought = await this.#files.load();
    } catch (error) {
      return this.#tell(`the rules stay as they are: ${(error as Error).message}`);
    } finally {
      this.follow({ matches, restart });
    }
    const { games: fresh, handlers } = brought;
    const shapes = fresh.map(shapeOf);
    const difference = firstDifference(this.#shapes, shapes);
    if (difference !== undefined) {
      this.#log.info(
        { difference },
        "games changed in what clients and the journal know: matches are restored",
      );
      tellParent({ type: "rules" });
      return restart();
    }
    this.#shapes = shapes;
    this.#told.clear();
    replace(this.handlers, this.#checkedHandlers(fresh, handlers));
    for (const [index, game] of fresh.entries()) {
      const change = () => replace(this.games[index]!, this.#checked(game));
      const { changed, unkept } = await changeRules(matches, game, change);
      for (const { id, why } of unkept)
        this.#log.warn({ match: id, why }, "new rules without a snapshot before them");
      this.#log.info({ game: game.name, matches: changed.length }, "new rules");
    }
    tellParent({ type: "rules" });
  }

  #checked(game: AnyGame): AnyGame {
    const step = checkedStep(game, (problem) => this.#tell(`${game.name}: ${problem}`));
    const checked = { ...game, step };
    setFingerprint(checked, fingerprintOf(game));
    return checked;
  }

  #checkedHandlers(games: readonly AnyGame[], handlers: HandlersByGame): HandlersByGame {
    return checkedHandlers(games, handlers, (problem) => this.#tell(problem));
  }

  /** Once: what is wrong in one tick is wrong in the next. */
  #tell(problem: string): void {
    const what = problem.replaceAll(/\d+/g, "#");
    if (this.#told.has(what) || this.#told.size >= toldMax) return;
    this.#told.add(what);
    // A line of the log; the author is shown the rest.
    this.#log.error(problem.split("\n")[0]);
    tellParent({ type: "rules", problem });
  }
}

/** @throws StoreError `game/invalid` */
function assertCheckable(game: AnyGame): void {
  try {
    new ViewCheck(game);
  } catch (cause) {
    throw new StoreError("game/invalid", `--dev, game "${game.name}": ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** What clients learn when they connect, and what the journal is written with. */
function shapeOf(game: AnyGame): unknown {
  const { name, version, rate, tickRate, patchRate, seats, input } = game;
  return { name, version, rate, tickRate, patchRate, seats, input, view: viewShape(game) };
}

function replace<Held extends object>(held: Held, fresh: Held): void {
  const parts = held as unknown as Record<string, unknown>;
  for (const part of Object.keys(parts)) if (!(part in fresh)) delete parts[part];
  Object.assign(parts, fresh);
  setFingerprint(held, fingerprintOf(fresh));
}
