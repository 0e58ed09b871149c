/**
 * Connects the supervisor of `npm start` to its parts: the port that it holds, its children's command lines, the
 * screen, the signals. supervisor.ts has the behaviour. It opens no store.
 */

import { join } from "node:path";
import { exitCodes } from "../../shared/command-line/exit-codes.ts";
import { programPath } from "../../shared/command-line/program-path.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { PortError } from "../net/port-error.ts";
import type { ChildMessage } from "../ops/child-messages.ts";
import { KeptPort } from "../ops/kept-port.ts";
import { openLog, readableLogLine } from "../ops/log.ts";
import { lastResortOf } from "../ops/process-errors.ts";
import { openScreen } from "../ops/screen.ts";
import { nodeSpawner, type Spawner } from "../ops/spawner.ts";
import { hasGames } from "../settings/has-games.ts";
import type { Config } from "../settings/settings.ts";
import { storeKind } from "../stores/registered.ts";
import { runSupervisor } from "./supervisor.ts";

/** What goes on beside the server while games are developed. */
export interface Beside {
  /** The flags for the children, in the place of this process' own. */
  readonly argv: readonly string[];
  /** The port is open, and nothing serves there yet. */
  readonly opened: (port: number) => Promise<void>;
  readonly heard: (message: ChildMessage) => void;
}

/** @returns the exit code */
export async function supervise(config: Config, beside?: Beside): Promise<number> {
  const lastResort = lastResortOf(openLog(config.logLevel));
  const port = await KeptPort.open(config).catch((error: Error) => error);
  if (port instanceof Error) {
    process.stderr.write(`holdfast: ${port.message}\n`);
    return port instanceof PortError ? exitCodes.badSetting : exitCodes.failed;
  }
  if (config.web === "built-in") await buildWeb();
  // A reader that closes its end of the pipe must not end the server.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const nowMs = () => performance.now();
  await beside?.opened(port?.port ?? config.port);
  const running = runSupervisor({
    spawn: overheard(beside, {
      entry: programPath(import.meta.url, "../main.ts"),
      argv: beside?.argv ?? process.argv.slice(2),
      bots: (url) => botsArguments(url, config),
      port,
    }),
    bots: config.bots && config.houseBots > 0 && hasGames(config),
    ...(port !== undefined && { closePort: () => port.close() }),
    screen: openScreen({ out: process.stdout, error: process.stderr, nowMs, readable: readableLogLine }),
    nowMs,
    signals: process,
  });
  // From here on the children depend on this process.
  lastResort.serving(async () => {
    process.emit("SIGTERM");
    await running;
  });
  return running;
}

function overheard(beside: Beside | undefined, options: Parameters<typeof nodeSpawner>[0]): Spawner {
  const spawn = nodeSpawner(options);
  return (role, url) => {
    const child = spawn(role, url);
    if (beside !== undefined) child.on("message", beside.heard);
    return child;
  };
}

const botsArguments = (url: string, { houseBots, games, dataDir, store }: Config) => [
  programPath(import.meta.url, "../../client-sim/bots.ts"),
  ...["--url", url, "--players", String(houseBots), "--games", games, "--house"],
  // The bots keep their seats when the store keeps their match.
  ...(storeKind(store).lasts ? ["--keep", join(dataDir, "house-bots.json")] : []),
];
