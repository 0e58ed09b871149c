/** The command line of `holdfast dev`: its own flags, and the settings of the server with defaults for development. */

import { type ConfigSources, readConfig } from "../server/settings/config.ts";
import type { Config } from "../server/settings/settings.ts";
import type { FlagTable } from "../shared/command-line/flag.ts";
import { readValue, refusal } from "../shared/command-line/flag.ts";
import { givenArguments } from "../shared/command-line/read-flags.ts";

export const devFlags = {
  page: {
    type: "path",
    default: undefined,
    help: "the folder of the page's sources; left out: there is none",
  },
  "page-port": {
    type: "integer",
    default: 5173,
    min: 0,
    max: 65_535,
    help: "where Vite serves it, or the next free port",
  },
} as const satisfies FlagTable;

/** The page comes from another port, and nobody but this machine has to reach a server that is being developed. */
const defaults = ["--host", "127.0.0.1", "--allowed-origins", "*"];

export type DevCommand =
  | { readonly kind: "help" }
  | { readonly kind: "refused"; readonly message: string }
  | {
      readonly kind: "run";
      readonly config: Config;
      /** For the server. */
      readonly argv: readonly string[];
      readonly page: { readonly folder: string; readonly port: number } | undefined;
    };

export function readDevCommand(sources: ConfigSources): DevCommand {
  const { flags, others, words, help } = givenArguments(devFlags, sources.argv);
  if (help) return { kind: "help" };
  const argv = [...defaults, ...words, ...others.flatMap((other) => other.arguments), "--dev"];
  const read = readConfig({ ...sources, argv });
  if (!read.ok) return { kind: "refused", message: read.message };
  if (read.config.games === "built-in")
    return {
      kind: "refused",
      message: "name your game: --games FILE, a module whose export `games` lists it",
    };
  if (read.config.role !== "all")
    return { kind: "refused", message: "--role: it is one server that is developed" };
  const values: Record<string, unknown> = {};
  for (const { name, flag, value } of flags) {
    const row = devFlags[name as keyof typeof devFlags];
    values[name] = readValue(row, value);
    if (values[name] === undefined) return { kind: "refused", message: refusal(flag, row, value) };
  }
  const folder = values["page"] as string | undefined;
  const port = (values["page-port"] as number | undefined) ?? devFlags["page-port"].default;
  return {
    kind: "run",
    config: read.config,
    argv,
    page: folder === undefined ? undefined : { folder, port },
  };
}
