/**
 * Asks a running server, or a matchmaker of a fleet, to sign sessions with a new key, and puts what came of it into
 * words. It prints nothing and reads no environment: keys.ts does.
 */
import { typedCommand } from "../shared/command-line/typed-command.ts";
import { type Problem, problemBody } from "../shared/wire/api.ts";

const waitMsMax = 15_000;

export interface Rotation {
  readonly url: string;
  /** The server's --admin-token. */
  readonly token: string;
  readonly endSessions: boolean;
}

/** @returns the server's answer as JSON, or a sentence that says what is wrong */
export async function rotateKeys({
  url,
  token,
  endSessions,
}: Rotation): Promise<{ ok: boolean; said: string }> {
  if (token === "")
    return no("HOLDFAST_ADMIN_TOKEN is not set: give it the --admin-token with which the server was started");
  try {
    const answer = await fetch(new URL("admin/keys/rotate", url.endsWith("/") ? url : `${url}/`), {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ endSessions }),
      signal: AbortSignal.timeout(waitMsMax),
    });
    const text = await answer.text();
    if (answer.ok && isJson(answer)) return { ok: true, said: text };
    const problem = problemBody.safeParse(isJson(answer) ? JSON.parse(text) : undefined);
    return no(problem.success ? inWords(url, problem.data) : notOurs(url, answer.status));
  } catch (error) {
    const { message, cause } = error as Error & { cause?: Error & { code?: string } };
    return no(`no answer from ${url}: ${cause?.message || cause?.code || message}`);
  }
}

const no = (said: string) => ({ ok: false, said });

const isJson = ({ headers }: globalThis.Response) => /\bjson\b/.test(headers.get("content-type") ?? "");

function inWords(url: string, { code, detail }: Problem): string {
  switch (code) {
    case "request/forbidden":
      return `${url} refuses: HOLDFAST_ADMIN_TOKEN is not the --admin-token of the server (${code})`;
    case "request/not-found":
      return `${url} has no routes for operators: start the server with --admin-token (${code})`;
    default:
      return `${url} did not rotate: ${detail} (${code})`;
  }
}

function notOurs(url: string, status: number): string {
  const listing = typedCommand("fleet", "status");
  return `${url} answered ${status} and is no Holdfast server: is it a load balancer? Give --url of a matchmaker; \`${listing}\` lists them`;
}
