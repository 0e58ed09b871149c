/**
 * `npm run keys -- rotate`: asks a running server, or a matchmaker of a fleet, to sign sessions with a new key. The
 * admin token comes from the environment. Exit code 1 when the server refuses, 2 for any other command.
 */
import { exitCodes } from "../shared/command-line/exit-codes.ts";
import { endWith } from "../shared/command-line/flags-or-exit.ts";
import { readFlags } from "../shared/command-line/read-flags.ts";
import { typedCommand } from "../shared/command-line/typed-command.ts";
import { rotateKeys } from "./rotate-keys.ts";

const about = `${typedCommand("keys", "rotate [flags]")}

Signs sessions with a new key from now on, on every instance. Earlier sessions stay valid until they expire; with
--end-sessions all of them end, for a key that leaked: players stay in their matches, and everybody signs in again.
HOLDFAST_ADMIN_TOKEN is the --admin-token with which the server was started. A load balancer keeps operators out: in a
fleet, --url is a matchmaker.`;

const flags = {
  url: { type: "url", default: "http://127.0.0.1:2567", help: "the server, or a matchmaker of a fleet" },
  "end-sessions": { type: "boolean", help: "also end all present sessions" },
} as const;

process.exitCode = await run(process.argv.slice(2), process.env.HOLDFAST_ADMIN_TOKEN ?? "");

async function run(argv: readonly string[], token: string): Promise<number> {
  const words = (given: readonly string[]) =>
    given.join() === "rotate" ? undefined : "the only command is: rotate";
  const read = readFlags(flags, argv, { words, about });
  if (!read.ok) return endWith("keys", read);
  const { url, "end-sessions": endSessions } = read.values;
  const { ok, said } = await rotateKeys({ url, token, endSessions });
  if (ok) console.log(said);
  else console.error(`keys: ${said}`);
  if (ok) return exitCodes.ok;
  return token === "" ? exitCodes.badUsage : exitCodes.failed;
}
