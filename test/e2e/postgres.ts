/** A PostgreSQL for a test: a cluster of its own on a socket in a folder of its own, and both go with it. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, realpathSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { eventually } from "./server-child.ts";

const run = promisify(execFile);

export interface Postgres extends AsyncDisposable {
  /** The folder of its socket. */
  readonly host: string;
  /** Rows as text, their columns split. @throws Error with what it says */
  query(sql: string): Promise<string[][]>;
}

/** @param server path of `postgres`; the programs beside it are used, too */
export async function startPostgres(server: string): Promise<Postgres> {
  const programs = dirname(realpathSync(server));
  const host = await mkdtemp(join(tmpdir(), "holdfast-pg-"));
  const owner = await unprivileged();
  if (owner.uid !== undefined) chownSync(host, owner.uid, owner.gid!);
  const data = join(host, "data");
  await run(join(programs, "initdb"), ["-D", data, "-U", "shop", "-A", "trust", "-N", "-E", "UTF8"], owner);
  const flags = ["-D", data, "-k", host, "-h", "", "-F"];
  const child = spawn(join(programs, "postgres"), flags, { ...owner, stdio: "ignore" });
  const query = async (sql: string) => {
    const { stdout } = await run("psql", [
      "-h",
      host,
      "-U",
      "shop",
      "-Atq",
      "-F",
      "\t",
      "-c",
      sql,
      "postgres",
    ]);
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split("\t"));
  };
  await eventually(() => query("select 1").catch(() => undefined), { what: "PostgreSQL", everyMs: 100 });
  return {
    host,
    query,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, "exit");
      child.kill("SIGQUIT");
      await ended;
      await rm(host, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL does not run as root. */
async function unprivileged(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const id = async (flag: string) => Number((await run("id", [flag, "postgres"])).stdout);
  return { uid: await id("-u"), gid: await id("-g") };
}
