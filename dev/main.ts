/**
 * `holdfast dev`: the server of `holdfast start` under its supervisor, with `--dev`, and beside it the page as Vite
 * serves it. New rules reload the page; a problem of theirs is shown over it. It owns the terminal and the page, and
 * nothing of the matches.
 */
import { readFileSync } from "node:fs";
import { settingsHelp } from "../server/settings/config.ts";
import { supervise } from "../server/supervisor/supervise.ts";
import { exitCodes } from "../shared/command-line/exit-codes.ts";
import { helpText } from "../shared/command-line/flag-help.ts";
import { devFlags, readDevCommand } from "./arguments.ts";
import { startPage } from "./page.ts";

const about = `holdfast dev --games FILE [--page FOLDER] [flags]

What changes in FILE, and in the files that it imports, goes into the running matches at the next tick: the World stays,
and no connection is dropped. Every step is checked. FOLDER has an index.html, and Vite serves it.`;

const command = readDevCommand({
  argv: process.argv.slice(2),
  env: process.env,
  readFile: (path) => readFileSync(path, "utf8"),
});
if (command.kind === "help") {
  process.stdout.write(`${helpText(devFlags, about)}\n\n${settingsHelp()}\n`);
  process.exit(exitCodes.ok);
}
if (command.kind === "refused") {
  process.stderr.write(`dev: ${command.message}\n`);
  process.exit(exitCodes.badSetting);
}

const { config, argv, page } = command;
let shown: Awaited<ReturnType<typeof startPage>> | undefined;
const code = await supervise(config, {
  argv,
  opened: async (port) => {
    if (page === undefined) return;
    shown = await startPage({ ...page, gamePort: port }).catch((error: Error) => {
      process.stderr.write(`dev: ${error.message}\n`);
      process.exit(exitCodes.badSetting);
    });
    console.log(`page      ${shown.url}   (open this one)`);
  },
  heard: (message) => {
    if (message.type !== "rules") return;
    if (message.problem === undefined) return shown?.reload();
    if (message.problem.includes("\n")) console.error(message.problem);
    shown?.show(message.problem);
  },
});
await shown?.close();
process.exit(code);
