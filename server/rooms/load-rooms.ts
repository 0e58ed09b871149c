/**
 * Loads the module that `--rooms` names, and reads its configuration. Two copies of Colyseus in one process do not
 * know each other's rooms: the start says so. While the module loads, `defineServer` makes no server of its own.
 */
import { readFileSync, realpathSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { withoutServers } from "../room/colyseus-internals/server-internals.ts";
import { StoreError } from "../store-error.ts";
import { type BroughtRooms, noRooms, otherCopy, roomsOf } from "./room-definitions.ts";

/** Packages whose classes must be the same as ours: rooms, and the states of rooms. */
const shared = ["@colyseus/core", "@colyseus/schema"] as const;

/**
 * @param given what a program has in hand; it goes before the setting
 * @throws StoreError `rooms/invalid`, `rooms/other-copy`
 */
export async function loadRooms(
  setting: string,
  given: unknown,
  taken: readonly string[],
): Promise<BroughtRooms> {
  if (given !== undefined) return roomsOf(given, "rooms", taken);
  if (setting === "none") return noRooms;
  const from = `--rooms ${setting}`;
  const { href } = pathToFileURL(resolve(setting));
  assertOneCopy(href, from);
  const module = await withoutServers(() => import(href)).catch((error: unknown) => {
    const hint = isOfSyntax(error) ? ofSyntax : "";
    const why = `${resolve(setting)} cannot be loaded: ${(error as Error)?.message ?? error}${hint}`;
    throw new StoreError("rooms/invalid", `${from}: ${why}`, { cause: error });
  });
  return roomsOf(configurationIn(module), from, taken);
}

/** Node reads plain TypeScript with file endings. What needs more is common in Colyseus projects. */
const ofSyntax =
  '. TypeScript with enums, decorators or imports without an ending, and CommonJS, are loaded by tsx: NODE_OPTIONS="--import tsx"';

function isOfSyntax(error: unknown): boolean {
  const { code = "" } = error as { code?: string };
  return error instanceof SyntaxError || code === "ERR_MODULE_NOT_FOUND" || code.includes("TYPESCRIPT");
}

/** The default export, or one named as Colyseus' templates name it. A module in CommonJS has it one level deeper. */
function configurationIn(module: Record<string, unknown>): unknown {
  const { default: main, server, gameServer } = module;
  const found = main ?? server ?? gameServer;
  const inner = (found as { default?: unknown } | undefined)?.default;
  return inner ?? found;
}

/** @throws StoreError */
function assertOneCopy(href: string, from: string): void {
  for (const name of shared) {
    const ours = manifest(name, import.meta.url);
    const theirs = manifest(name, href);
    if (theirs === undefined || theirs === ours) continue;
    const [have, want] = [versionIn(theirs), versionIn(ours!)];
    throw otherCopy(
      `${from} would load ${name} ${have} from ${theirs}, and this server uses ${want} from ${ours}. ` +
        `Install ${name}@${want} once (\`npm dedupe\`)`,
    );
  }
}

function manifest(name: string, base: string): string | undefined {
  try {
    const found = findPackageJSON(name, base);
    return found && realpathSync(found);
  } catch {
    // It is not installed there: then what the module imports fails by itself, with its own message.
    return undefined;
  }
}

const versionIn = (path: string): string =>
  (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
