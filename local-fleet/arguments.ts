/**
 * The command line of `npm run fleet`: its own flags, and the settings of the server, which are checked here and
 * passed on to every node. Pure. What is wrong is reported with what it may be, and nothing starts.
 */
import { type ConfigSources, readConfig } from "../server/settings/config.ts";
import { type Config, settings } from "../server/settings/settings.ts";

export type Verb = "start" | "status" | "roll";

export interface FleetCommand {
  readonly verb: Verb;
  readonly rooms: number;
  readonly matchmakers: number;
  /** Players that the fleet brings along; 0 brings none. */
  readonly bots: number;
  /** Seconds after its lease until a room node that says nothing is killed. */
  readonly patience: number;
  readonly balancer: boolean;
  /** Standard output is one JSON object; everything for people goes to standard error. */
  readonly json: boolean;
  /** A checkout of another version, whose nodes come in at the roll. */
  readonly versionDir: string | undefined;
  /** Of a Redis that is there; undefined: the fleet starts one. */
  readonly redisUrl: string | undefined;
  /** The way to that Redis of the first room node, the second, … where it is one of its own; chaos cuts it. */
  readonly roomRedisUrls: readonly string[];
  /** What Redis keeps outlives the fleet in `config.dataDir`; otherwise it goes when the fleet stops. */
  readonly keepsData: boolean;
  /** Of the nodes; port and host are the fleet's. */
  readonly config: Config;
  /** For every node, as they were given. */
  readonly nodeFlags: readonly string[];
}

export type FleetCommandResult =
  | { ok: true; command: FleetCommand }
  | { ok: false; help: boolean; message: string };

const counts = {
  rooms: { default: 3, min: 1, max: 32, help: "room nodes, which own matches" },
  matchmakers: { default: 2, min: 1, max: 16, help: "matchmakers, which own nothing" },
  bots: { default: 0, min: 0, max: 1000, help: "players that the fleet brings along" },
  patience: {
    default: 1,
    min: 1,
    max: 60,
    help: "seconds after its lease until a silent room node is killed",
  },
} as const;

const verbs: readonly Verb[] = ["start", "status", "roll"];

export function readFleetCommand(sources: ConfigSources): FleetCommandResult {
  const [first = "", ...others] = sources.argv;
  const verb = verbs.find((each) => each === first);
  if (verb === undefined && first !== "" && !first.startsWith("-")) {
    return bad(`"${first}" is not a command; there are: ${verbs.join(", ")}`);
  }
  const own = ownFlags(verb === undefined ? sources.argv : others);
  if (!own.ok) return own;
  const read = readConfig({ ...sources, argv: own.rest });
  if (!read.ok) {
    const help = read.kind === "help";
    return { ok: false, help, message: help ? `${helpText()}\n\n${read.message}` : read.message };
  }
  const { config } = read;
  const redisGiven = own.rest.some((flag) => /^--redis-url(=|$)/.test(flag));
  const outsideRedis = redisGiven || config.redisUrl !== settings.redisUrl.default;
  return {
    ok: true,
    command: {
      ...own.values,
      verb: verb ?? "start",
      redisUrl: outsideRedis ? config.redisUrl : undefined,
      keepsData: own.rest.some((flag) => /^--data(=|$)/.test(flag)),
      config,
      nodeFlags: own.rest,
    },
  };
}

interface OwnFlags {
  rooms: number;
  matchmakers: number;
  bots: number;
  patience: number;
  balancer: boolean;
  json: boolean;
  versionDir: string | undefined;
  roomRedisUrls: readonly string[];
}

type OwnResult = { ok: true; values: OwnFlags; rest: string[] } | { ok: false; help: false; message: string };

/** Takes them out; what is left is for the nodes. */
function ownFlags(argv: readonly string[]): OwnResult {
  const values: OwnFlags = {
    ...{ rooms: counts.rooms.default, matchmakers: counts.matchmakers.default, bots: counts.bots.default },
    ...{
      patience: counts.patience.default,
      balancer: true,
      json: false,
      versionDir: undefined,
      roomRedisUrls: [],
    },
  };
  const rest: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const [flag = "", inline] = argv[at]!.split(/=(.*)/s, 2);
    const name = flag.slice(2);
    if (flag === "--json") values.json = true;
    else if (flag === "--balancer" || flag === "--no-balancer") values.balancer = flag === "--balancer";
    else if (flag === "--no-bots") values.bots = 0;
    else if (name === "room-redis-urls") values.roomRedisUrls = (inline ?? argv[++at] ?? "").split(",");
    else if (isCount(name) || name === "game-version-dir") {
      const value = inline ?? argv[++at] ?? "";
      if (isCount(name)) {
        const { min, max } = counts[name];
        const number = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
        if (!(number >= min && number <= max)) {
          return bad(`${flag} must be a whole number from ${min} to ${max}, not ${JSON.stringify(value)}`);
        }
        values[name] = number;
      } else if (value === "") return bad(`${flag} must be the directory of a checkout`);
      else values.versionDir = value;
    } else rest.push(argv[at]!);
  }
  return { ok: true, values, rest };
}

const isCount = (name: string): name is keyof typeof counts => Object.hasOwn(counts, name);

function bad(message: string): { ok: false; help: false; message: string } {
  return { ok: false, help: false, message: `${message}. \`npm run fleet -- --help\` shows all.` };
}

function helpText(): string {
  const rows = Object.entries(counts).map(
    ([name, row]) => `  --${name} <${row.min} to ${row.max}>  ${row.help} (${row.default})`,
  );
  return [
    "npm run fleet -- [flags]          starts a fleet on this machine; Ctrl-C stops it",
    "npm run fleet -- status [--json]  the nodes of the fleet that runs",
    "npm run fleet -- roll [--json]    replaces every node, one by one, under load; starts a fleet if none runs.",
    "                                  The new nodes get the settings that are given here on top of the old ones'",
    "",
    "Flags of the fleet:",
    ...rows,
    "  --no-balancer  no nginx in front: clients reach the nodes directly",
    "  --game-version-dir <directory>  roll: a checkout whose server the new nodes run",
    "  --redis-url <url>  a Redis that is there, instead of one that the fleet starts",
    "  --data <directory>  keep what Redis has; otherwise it goes when the fleet stops",
    "  --json  standard output is JSON for programs: the fleet when it is up, its status, or the report of a roll",
  ].join("\n");
}
