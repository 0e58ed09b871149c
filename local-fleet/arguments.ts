/**
 * The command line of `npm run fleet`: its own flags, and settings of the server, which are checked here and
 * passed on to every node. Pure. A mistake is reported with what is allowed, and nothing starts.
 */

import { type ConfigSources, readConfig } from "../server/settings/config.ts";
import { type Config, settings } from "../server/settings/settings.ts";
import type { FlagTable } from "../shared/command-line/flag.ts";
import { helpText } from "../shared/command-line/flag-help.ts";
import { parted, readFlags } from "../shared/command-line/read-flags.ts";
import { usage } from "../shared/command-line/typed-command.ts";

type Verb = "start" | "status" | "roll";

export interface FleetCommand {
  readonly verb: Verb;
  readonly rooms: number;
  readonly matchmakers: number;
  /** Bots that the fleet starts as players; 0 for none. */
  readonly bots: number;
  /** Seconds from the end of its lease until a silent room node is killed. */
  readonly patience: number;
  readonly balancer: boolean;
  /** Standard output is one JSON object; everything for people goes to standard error. */
  readonly json: boolean;
  /** A checkout of another version, whose server the nodes run after the roll. */
  readonly versionDir: string | undefined;
  /** Address of an existing Redis; undefined when the fleet starts one. */
  readonly redisUrl: string | undefined;
  /** Addresses of that Redis for the first room node, the second, …, where they differ; chaos cuts them. */
  readonly roomRedisUrls: readonly string[];
  /** Redis' data stays in `config.dataDir`; otherwise it is deleted when the fleet stops. */
  readonly keepsData: boolean;
  /** Settings of the nodes; port and host are the fleet's. */
  readonly config: Config;
  /** Flags for every node, as they were given. */
  readonly nodeFlags: readonly string[];
}

export type FleetCommandResult =
  | { ok: true; command: FleetCommand }
  | { ok: false; help: boolean; message: string };

const table = {
  rooms: { type: "integer", default: 3, min: 1, max: 32, help: "room nodes, which own matches" },
  matchmakers: { type: "integer", default: 2, min: 1, max: 16, help: "matchmakers, which own nothing" },
  bots: {
    type: "integer",
    default: 0,
    min: 0,
    max: 1000,
    help: "bots that play in the fleet; --no-bots for none",
  },
  patience: {
    type: "integer",
    default: 1,
    min: 1,
    max: 60,
    help: "seconds from the end of its lease until a silent room node is killed",
  },
  balancer: {
    type: "boolean",
    default: true,
    help: "start nginx in front; without it clients reach the nodes directly",
  },
  json: {
    type: "boolean",
    help: "standard output is JSON for programs: the fleet when it is up, its status, or the report of a roll",
  },
  "game-version-dir": {
    type: "path",
    default: undefined,
    help: "roll: the directory of a checkout whose server the new nodes run",
  },
  "room-redis-urls": {
    type: "text",
    default: undefined,
    help: "the first room node's way to Redis, the second's, …, with commas between them",
  },
} as const satisfies FlagTable;

const verbs: readonly Verb[] = ["start", "status", "roll"];

export function readFleetCommand(sources: ConfigSources): FleetCommandResult {
  const [first = "", ...others] = sources.argv;
  const verb = verbs.find((each) => each === first);
  if (verb === undefined && first !== "" && !first.startsWith("-")) {
    return bad(`"${first}" is not a command; there are: ${verbs.join(", ")}`);
  }
  const own = ownFlags(verb === undefined ? sources.argv : others);
  if (typeof own === "string") return { ok: false, help: false, message: own };
  const read = readConfig({ ...sources, argv: own.rest });
  if (!read.ok) {
    const help = read.kind === "help";
    return { ok: false, help, message: help ? `${helpText(table, about)}\n\n${read.message}` : read.message };
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
  readonly values: Pick<
    FleetCommand,
    "rooms" | "matchmakers" | "bots" | "patience" | "balancer" | "json" | "versionDir" | "roomRedisUrls"
  >;
  readonly rest: readonly string[];
}

/** Separates the fleet's own flags from those for the nodes. @returns a message if a flag is wrong */
function ownFlags(argv: readonly string[]): OwnFlags | string {
  const { own, rest } = parted(table, argv);
  const read = readFlags(
    table,
    own.flatMap((arg) => (arg === "--no-bots" ? ["--bots=0"] : [arg])),
  );
  if (!read.ok) return read.message;
  const { "game-version-dir": versionDir, "room-redis-urls": ways, ...values } = read.values;
  return { values: { ...values, versionDir, roomRedisUrls: ways?.split(",") ?? [] }, rest };
}

const about = [
  usage("fleet", [
    ["[flags]", "starts a fleet on this machine; Ctrl-C stops it"],
    ["status [--json]", "the nodes of the fleet that runs"],
    ["roll [--json]", "replaces every node, one by one, under load; starts a fleet if none runs"],
  ]),
  "",
  "After a roll, the new nodes have the settings that were given to it on top of the old ones'.",
  "",
  "--redis-url <url>    a Redis that is there, instead of one that the fleet starts",
  "--data <directory>   keep what Redis has; otherwise it goes when the fleet stops",
].join("\n");

function bad(message: string): { ok: false; help: false; message: string } {
  return { ok: false, help: false, message: `${message}. \`--help\` shows what there is.` };
}
