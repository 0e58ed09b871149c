/**
 * A server that a program starts: settings are checked as those of a command line are, games as those of a module.
 * It installs no handlers of signals and errors; the process belongs to the program.
 */
import { programPath } from "../../shared/command-line/program-path.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import type { HandlersByGame } from "../../shared/game/handlers.ts";
import { hostAndPort, typedHost } from "../net/address.ts";
import { flushLog, type Log, openLog } from "../ops/log.ts";
import { configOf } from "../settings/config.ts";
import type { Config } from "../settings/settings.ts";
import type { RunningServer } from "./running-server.ts";

/** Loaded when it is called, and by its path: a program that only uses the types of this door needs none of the parts inside. */
const startingParts = programPath(import.meta.url, "./start-role.ts");

type StartRole = (
  config: Config,
  log: Log,
  given: {
    readonly games?: readonly AnyGame[];
    readonly handlers?: HandlersByGame;
    readonly rooms?: object;
  },
) => Promise<RunningServer>;

export interface StartOptions {
  /** Left out: those of the setting `games`. */
  readonly games?: readonly AnyGame[];
  /** With `games`: they carry out what those ask. */
  readonly handlers?: HandlersByGame;
  /** Rooms of Colyseus beside the matches, by the names under which clients ask for them: classes, or `defineRoom()` of them. */
  readonly rooms?: Readonly<Record<string, unknown>>;
  /** HTTP routes in Colyseus' form, as `createRouter()` makes them. */
  readonly routes?: object;
  /** Adds routes of one's own, after those of this server and before its page. */
  // biome-ignore lint/suspicious/noExplicitAny: an Express app, whose types a program that uses no Express need not have
  readonly express?: (app: any) => unknown;
  /** By their names; the others are at their defaults. Flags and the environment are not read. */
  readonly settings?: Partial<Config>;
}

export interface StartedServer {
  /** Where it takes players. */
  readonly url: string;
  readonly port: number;
  /** Every match is kept: the next start goes on with it, or another node of the fleet. A second call waits for the first. */
  readonly stop: () => Promise<void>;
}

/** A setting that is none, of the wrong type or out of bounds; the message names each of them. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** Resolves when it takes players. @throws SettingsError; StoreError and PortError as a start does */
export async function startServer({
  games,
  handlers,
  rooms,
  routes,
  express,
  settings = {},
}: StartOptions = {}): Promise<StartedServer> {
  const read = configOf(settings);
  if (!read.ok) throw new SettingsError(read.message);
  const { config } = read;
  const log = openLog(config.logLevel);
  const { startRole } = (await import(startingParts)) as { startRole: StartRole };
  const configured = { ...(rooms && { rooms }), ...(routes && { routes }), ...(express && { express }) };
  const server = await startRole(config, log, {
    ...(games && { games, ...(handlers && { handlers }) }),
    ...(Object.keys(configured).length > 0 && { rooms: configured }),
  });
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    await server.stop();
    await flushLog(log);
  };
  return {
    url: `http://${hostAndPort(typedHost(config.host), server.port)}`,
    port: server.port,
    stop: () => (stopped ??= stop()),
  };
}
