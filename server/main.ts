/**
 * The command line of the server. In the role `all` it is the supervisor: it builds the page when it is stale
 * and keeps one server alive. As `server` it serves; as `standby` it has loaded everything and waits to. As
 * `room` or `matchmaker` it is one node of a fleet.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { exitCodeBadSetting, readConfig } from "./config.ts";
import type { Config } from "./settings.ts";

const here = dirname(fileURLToPath(import.meta.url));

const result = readConfig({
  argv: process.argv.slice(2),
  env: process.env,
  readFile: (path) => readFileSync(path, "utf8"),
});
if (!result.ok) {
  const help = result.kind === "help";
  (help ? process.stdout : process.stderr).write(`${help ? "" : "holdfast: "}${result.message}\n`);
  process.exit(help ? 0 : exitCodeBadSetting);
}
if (result.config.role === "all") process.exitCode = await supervise(result.config);
else {
  // Loaded only here: the supervisor stays small and starts at once.
  const { serve } = await import("./serve.ts");
  await serve(result.config);
}

async function supervise(config: Config): Promise<number> {
  const [{ buildWeb }, { runSupervisor }, { nodeSpawner }, { openScreen }, log, { lastResortOf }] =
    await Promise.all([
      import("../tools/build-web.ts"),
      import("./supervisor.ts"),
      import("./ops/spawner.ts"),
      import("./ops/screen.ts"),
      import("./ops/log.ts"),
      import("./ops/process-errors.ts"),
    ]);
  const lastResort = lastResortOf(log.openLog(config.logLevel));
  await buildWeb();
  const bots = (url: string) => [
    join(here, "..", "client-sim", "bots.ts"),
    ...["--url", url, "--players", String(config.houseBots), "--house"],
  ];
  // A reader that closed its end of the pipe must not take the server with it.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const nowMs = () => performance.now();
  const running = runSupervisor({
    spawn: nodeSpawner({ entry: join(here, "main.ts"), argv: process.argv.slice(2), bots }),
    bots: config.bots && config.houseBots > 0,
    screen: openScreen({ out: process.stdout, error: process.stderr, nowMs, readable: log.readableLogLine }),
    nowMs,
    signals: process,
  });
  // From here on the children depend on it.
  lastResort.serving(async () => {
    process.emit("SIGTERM");
    await running;
  });
  return running;
}
