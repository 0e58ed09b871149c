/**
 * `npm run keys -- rotate`: asks a running server, or a matchmaker of a fleet, for another key that signs sessions. The
 * admin token comes from the environment. Exit code 1 when the server refuses, 2 when it was asked for something else.
 */
import { parseArgs } from "node:util";

const usage = `npm run keys -- rotate [--url http://127.0.0.1:2567] [--end-sessions]

Another key signs sessions from now on, on every instance. Those of before stay good until they end; with --end-sessions
all of them are over, for a key that leaked: whoever plays stays in the match, and everybody signs in again.
HOLDFAST_ADMIN_TOKEN is the server's --admin-token.`;

process.exitCode = await run(process.argv.slice(2), process.env.HOLDFAST_ADMIN_TOKEN ?? "");

async function run(argv: readonly string[], token: string): Promise<number> {
  const options = {
    url: { type: "string" },
    "end-sessions": { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  let given: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;
  try {
    given = parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    return refuse((error as Error).message);
  }
  const { url = "http://127.0.0.1:2567", "end-sessions": endSessions = false, help } = given.values;
  if (help) {
    console.log(usage);
    return 0;
  }
  if (given.positionals.join() !== "rotate") return refuse("the one thing that it does is: rotate");
  if (token === "") return refuse("HOLDFAST_ADMIN_TOKEN is not set");
  const answer = await fetch(new URL("admin/keys/rotate", url.endsWith("/") ? url : `${url}/`), {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ endSessions }),
  }).catch((error: Error) => error);
  const said = answer instanceof Error ? `${answer.message}` : await answer.text();
  if (!(answer instanceof Error) && answer.ok) console.log(said);
  else console.error(`keys: ${url} did not rotate: ${said}`);
  return answer instanceof Error || !answer.ok ? 1 : 0;
}

function refuse(why: string): number {
  console.error(`keys: ${why}\n\n${usage}`);
  return 2;
}
