/** The command line of `npm run replay` as a request; anything unknown is refused by name. */
import type { FlagValues } from "../../shared/command-line/flag.ts";
import { readFlags } from "../../shared/command-line/read-flags.ts";
import { usage } from "../../shared/command-line/typed-command.ts";

const about = `Plays a stored match again, also while a server runs it.

${usage("replay", [
  ["--list", "the matches of a data directory, one JSON line each"],
  ["--list --trace", "each of them that can be read, with its trace behind its line"],
  ["<matchId>", "World and hash at the last tick"],
  ["<matchId> --export FILE", "copy the match into a file, without players' tokens"],
  ["--file FILE", "the same from such a file, on any machine"],
])}`;

const flags = {
  data: { type: "path", default: undefined, help: "data directory; default: DATA_DIR, else ./data" },
  "redis-url": { type: "text", default: undefined, help: "the Redis of a fleet instead" },
  "redis-prefix": { type: "text", default: "holdfast:", help: "how every key of that fleet begins" },
  file: { type: "path", default: undefined, help: "an exported match" },
  games: {
    type: "text",
    default: undefined,
    help: "a module whose export `games` has the match's game, instead of the built-in ones",
  },
  at: {
    type: "integer",
    default: undefined,
    min: 0,
    max: 9_999_999_999,
    help: "World and hash at that tick",
  },
  export: { type: "path", default: undefined, help: "file to which the match is copied" },
  list: { type: "boolean", help: "list the stored matches" },
  verify: {
    type: "boolean",
    help: "compare every stored hash and snapshot with the replay; exit 0 when all agree, else 1",
  },
  trace: {
    type: "boolean",
    help: "one JSON line per tick: hash of the View, commands with their answers, seats",
  },
  json: { type: "boolean", help: "one JSON object instead of text" },
} as const;

/** Where matches are kept: a data directory, or a fleet's Redis. */
export type MatchSource =
  | { readonly data: string }
  | { readonly redisUrl: string; readonly redisPrefix: string };

export type Source = { readonly file: string } | (MatchSource & { readonly matchId: string });

export type ReplayRequest =
  | ({ readonly kind: "list"; readonly traces: boolean } & MatchSource)
  | { readonly kind: "export"; readonly source: Source; readonly to: string }
  | { readonly kind: "trace"; readonly source: Source }
  | {
      readonly kind: "show";
      readonly source: Source;
      readonly atTick: number | undefined;
      readonly verify: boolean;
      readonly json: boolean;
    };

export type RequestReading =
  /** `games`: the module that has the match's game; left out: the built-in ones. */
  { ok: true; request: ReplayRequest; games?: string } | { ok: false; help: boolean; message: string };

export function replayRequest(argv: readonly string[], env: NodeJS.ProcessEnv): RequestReading {
  const args = [...argv.filter((arg) => !isDashedId(arg)), "--", ...argv.filter(isDashedId)];
  const read = readFlags(flags, args, { words: () => undefined, about });
  if (!read.ok) return read;
  const asked = requestOf(read.values, read.words, env);
  const { games } = read.values;
  return asked.ok && games !== undefined ? { ...asked, games } : asked;
}

/** Colyseus makes ids of nine letters, digits, `_` and `-`: some look like a flag, but must be accepted. */
function isDashedId(arg: string): boolean {
  return /^-[\w-]{8}$/.test(arg) && !Object.hasOwn(flags, arg.slice(2));
}

function requestOf(
  values: FlagValues<typeof flags>,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): RequestReading {
  const { file, at, verify, trace, json, list } = values;
  const redisUrl = values["redis-url"];
  if (redisUrl !== undefined && values.data !== undefined) return refuse("give --data or --redis-url");
  const place: MatchSource =
    redisUrl === undefined
      ? { data: values.data ?? env.DATA_DIR ?? "./data" }
      : { redisUrl, redisPrefix: values["redis-prefix"] };
  if (list) {
    if (words.length > 0) return refuse("--list takes no match id");
    return accept({ kind: "list", traces: trace, ...place });
  }
  if (words.length + (file === undefined ? 0 : 1) !== 1) {
    return refuse("give one match id, or --file FILE, or --list");
  }
  const source: Source = file === undefined ? { ...place, matchId: words[0]! } : { file };
  if (values.export !== undefined) {
    if (trace || verify || at !== undefined) return refuse("--export cannot be combined with another order");
    return accept({ kind: "export", source, to: values.export });
  }
  if (trace)
    return at === undefined
      ? accept({ kind: "trace", source })
      : refuse("--trace has every tick; leave --at out");
  return accept({ kind: "show", source, atTick: at, verify, json });
}

function accept(request: ReplayRequest): RequestReading {
  return { ok: true, request };
}

function refuse(reason: string): RequestReading {
  return { ok: false, help: false, message: `${reason}. \`--help\` shows what there is.` };
}
