/**
 * The module of games while it is developed: loaded anew as often as asked, with all files of its own that it imports,
 * and watched. Packages are loaded once. Earlier ones stay in memory, as Node forgets no module; so this is for
 * development alone.
 */
import { type FSWatcher, watch } from "node:fs";
import { registerHooks } from "node:module";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setFingerprint } from "../../shared/game/fingerprint.ts";
import { type Brought, checkedBrought } from "../games.ts";
import { rulesFingerprint } from "../rules-files.ts";
import { StoreError } from "../store-error.ts";

/** An editor writes a file in several steps. */
const settledMs = 60;
const mark = "holdfast-rules";

export class GameFiles {
  readonly #entry: string;
  #generation = 0;
  /** The files of the newest generation, also of one that could not be loaded. */
  #files = new Set<string>();
  readonly #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;

  /** @param setting as `--games` has it */
  constructor(setting: string) {
    this.#entry = resolve(setting);
    registerHooks({
      resolve: (specifier, context, next) => {
        const found = next(specifier, context);
        const generation = generationOf(context.parentURL);
        if (generation === undefined || !isOwn(found.url)) return found;
        if (generation === this.#generation) this.#files.add(fileURLToPath(found.url));
        return { ...found, url: `${found.url.replace(/\?.*/, "")}?${mark}=${generation}` };
      },
    });
  }

  /** @throws StoreError `game/invalid` with the place in the file */
  async load(): Promise<Brought> {
    this.#generation += 1;
    this.#files = new Set([this.#entry]);
    const refuse = (why: string, cause?: unknown) => new StoreError("game/invalid", why, { cause });
    const file = pathToFileURL(this.#entry).href;
    // Before it is loaded: a file that changes meanwhile is read again.
    const fingerprint = rulesFingerprint(file);
    const url = `${file}?${mark}=${this.#generation}`;
    const module = await import(url).catch((error: unknown) => {
      throw refuse(readable(error), error);
    });
    const brought = checkedBrought(module, refuse);
    for (const game of brought.games) setFingerprint(game, fingerprint);
    return brought;
  }

  /** Calls back after every change of a file that the newest generation has, once for several at a time. */
  watch(onChanged: () => void): void {
    for (const folder of new Set([...this.#files].map((file) => dirname(file)))) {
      if (this.#watchers.has(folder)) continue;
      const watcher = watch(folder, (_event, name) => {
        if (name !== null && ![...this.#files].some((file) => basename(file) === name)) return;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(onChanged, settledMs);
      });
      // The folder went: there is nothing to see until the next load.
      watcher.on("error", () => this.#watchers.delete(folder));
      this.#watchers.set(folder, watcher);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
  }
}

const generationOf = (url: string | undefined) => {
  const found = url?.match(/\?holdfast-rules=(\d+)$/);
  return found ? Number(found[1]) : undefined;
};

const isOwn = (url: string) => url.startsWith("file:") && !url.includes("/node_modules/");

/** With the line of the file, where the engine says it, and without the way through the engine and through here. */
function readable(error: unknown): string {
  const { stack, message } = Object(error) as Partial<Error>;
  const lines = String(stack ?? message ?? error)
    .replaceAll(/\?holdfast-rules=\d+/g, "")
    .split("\n");
  return lines
    .filter((line) => !/^\s+at .*(node:|compose\/(game-files|development)\.)/.test(line))
    .join("\n");
}
