/** The command line of `npm run replay` as a request; everything that is not understood is refused by name. */
import { parseArgs } from "node:util";

export const usage = `Plays a stored match again, also while a server runs it.

  npm run replay -- --list                        the matches of a data directory, one JSON line each
  npm run replay -- <matchId>                     World and hash at the last tick
  npm run replay -- <matchId> --export FILE       copy the match into a file, without players' tokens
  npm run replay -- --file FILE                   the same from such a file, on any machine

  --data DIR    data directory (default: DATA_DIR, else ./data)
  --redis-url URL  the Redis of a fleet instead, with --redis-prefix TEXT where it is not "holdfast:"
  --at TICK     World and hash at that tick
  --verify      compare every stored hash and snapshot with the replay; exit 0 when all agree, else 1
  --trace       one JSON line per tick: hash of the View, commands with their answers, seats
  --json        one JSON object instead of text`;

/** Where matches are kept: a data directory, or a fleet's Redis. */
export type MatchSource =
  | { readonly data: string }
  | { readonly redisUrl: string; readonly redisPrefix: string };

export type Source = { readonly file: string } | (MatchSource & { readonly matchId: string });

export type ReplayRequest =
  | { readonly kind: "help" }
  | ({ readonly kind: "list" } & MatchSource)
  | { readonly kind: "export"; readonly source: Source; readonly to: string }
  | { readonly kind: "trace"; readonly source: Source }
  | {
      readonly kind: "show";
      readonly source: Source;
      readonly atTick: number | undefined;
      readonly verify: boolean;
      readonly json: boolean;
    };

export type RequestReading = { ok: true; request: ReplayRequest } | { ok: false; reason: string };

const options = {
  data: { type: "string" },
  "redis-url": { type: "string" },
  "redis-prefix": { type: "string", default: "holdfast:" },
  file: { type: "string" },
  at: { type: "string" },
  export: { type: "string" },
  list: { type: "boolean", default: false },
  verify: { type: "boolean", default: false },
  trace: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

export function replayRequest(argv: readonly string[], env: NodeJS.ProcessEnv): RequestReading {
  try {
    const args = [...argv.filter((arg) => !isDashedId(arg)), "--", ...argv.filter(isDashedId)];
    return requestOf(parseArgs({ args, options, allowPositionals: true }), env);
  } catch (error) {
    return refuse((error as Error).message);
  }
}

/** Colyseus makes ids of nine letters, digits, `_` and `-`: some look like a flag, and must be found all the same. */
function isDashedId(arg: string): boolean {
  return /^-[\w-]{8}$/.test(arg) && !Object.hasOwn(options, arg.slice(2));
}

type ReplayArguments = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;

function requestOf({ values, positionals }: ReplayArguments, env: NodeJS.ProcessEnv): RequestReading {
  const { file, at, verify, trace, json, list } = values;
  const redisUrl = values["redis-url"];
  if (redisUrl !== undefined && values.data !== undefined) return refuse("give --data or --redis-url");
  const place: MatchSource =
    redisUrl === undefined
      ? { data: values.data ?? env.DATA_DIR ?? "./data" }
      : { redisUrl, redisPrefix: values["redis-prefix"] };
  if (values.help) return accept({ kind: "help" });
  if (list)
    return positionals.length > 0 ? refuse("--list takes no match id") : accept({ kind: "list", ...place });
  if (positionals.length + (file === undefined ? 0 : 1) !== 1) {
    return refuse("give one match id, or --file FILE, or --list");
  }
  const source: Source = file === undefined ? { ...place, matchId: positionals[0]! } : { file };
  if (at !== undefined && !/^\d{1,10}$/.test(at)) return refuse(`--at ${at}: a tick is a whole number`);
  if (values.export !== undefined) {
    if (trace || verify || at !== undefined) return refuse("--export goes with no other order");
    return accept({ kind: "export", source, to: values.export });
  }
  if (trace)
    return at === undefined
      ? accept({ kind: "trace", source })
      : refuse("--trace has every tick; leave --at out");
  const atTick = at === undefined ? undefined : Number(at);
  return accept({ kind: "show", source, atTick, verify, json });
}

function accept(request: ReplayRequest): RequestReading {
  return { ok: true, request };
}

function refuse(reason: string): RequestReading {
  return { ok: false, reason };
}
