/**
 * The command line of the server. In the role `all` it is the supervisor: it builds the page when that is out of
 * date, and keeps one server alive. As `server` it serves; as `standby` it has loaded everything and waits. As `room`
 * or `matchmaker` it is one node of a fleet.
 */

import { readFileSync } from "node:fs";
import { exitCodes } from "../shared/command-line/exit-codes.ts";
import { readConfig } from "./settings/config.ts";

const result = readConfig({
  argv: process.argv.slice(2),
  env: process.env,
  readFile: (path) => readFileSync(path, "utf8"),
});
if (!result.ok) {
  const help = result.kind === "help";
  (help ? process.stdout : process.stderr).write(`${help ? "" : "holdfast: "}${result.message}\n`);
  process.exit(help ? exitCodes.ok : exitCodes.badSetting);
}
// Each role loads only its own modules: the supervisor stays small and starts at once.
if (result.config.role === "all") {
  const { supervise } = await import("./supervisor/supervise.ts");
  process.exitCode = await supervise(result.config);
} else {
  const { serve } = await import("./compose/serve.ts");
  await serve(result.config);
}
