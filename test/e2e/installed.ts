/**
 * Holdfast as a stranger has it, for tests: both packages packed as npm would publish them, and a game made from them
 * in an empty folder outside of this repository. What npm brings comes from the registry that this machine uses.
 */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ServerProcess } from "../../client-sim/processes/server-process.ts";

const root = join(import.meta.dirname, "..", "..");
const runMsMax = 240_000;
const registryMsMax = 10_000;

/** As for a shell that nobody prepared: the Node and the npm of the machine, none of this repository. */
const cleanEnv: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|VITEST|CI$|INIT_CWD|HOLDFAST)/i.test(name)),
);
cleanEnv.PATH = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .join(delimiter);

/** What the packages of the folder bring is found first, as by npm's scripts. */
const envIn = (cwd: string): NodeJS.ProcessEnv => ({
  ...cleanEnv,
  PATH: [join(cwd, "node_modules", ".bin"), cleanEnv.PATH].join(delimiter),
});

/** @returns what it printed. @throws Error with that, when it fails or takes too long */
export function run(cwd: string, command: string, ...args: readonly string[]): Promise<string> {
  const child = spawn(command, args, {
    cwd,
    env: envIn(cwd),
    stdio: ["ignore", "pipe", "pipe"],
    timeout: runMsMax,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve(said);
      else
        reject(new Error(`${command} ${args.join(" ")} ended with ${signal ?? code}:\n${said.slice(-4000)}`));
    });
  });
}

/** Starts a server by a script of the folder's package.json. The test that starts it stops it. */
export const startScript = (
  cwd: string,
  script: string,
  ...args: readonly string[]
): Promise<ServerProcess> => started(cwd, "npm", "run", script, "--", ...args);

/** Starts a server by a command. The test that starts it stops it. */
export async function started(
  cwd: string,
  command: string,
  ...args: readonly string[]
): Promise<ServerProcess> {
  const child = spawn(command, args, {
    ...{ cwd, env: cleanEnv, stdio: ["ignore", "pipe", "pipe"] },
  });
  const server = new ServerProcess(child, { supervised: true });
  await server.ready(runMsMax).catch(async (error) => {
    await server.stop();
    throw error;
  });
  return server;
}

/** Why nothing can be installed here; undefined when it can. */
export async function noRegistry(): Promise<string | undefined> {
  const registry = (await run(tmpdir(), "npm", "config", "get", "registry")).trim();
  const answered = await fetch(registry, { signal: AbortSignal.timeout(registryMsMax) }).catch(
    (error) => error,
  );
  return answered instanceof Error ? `the npm registry cannot be reached: ${answered.message}` : undefined;
}

export interface InstalledGame {
  readonly folder: string;
  /** The package `holdfast`, as npm takes it in the place of its name. */
  readonly packed: string;
  /** Empty, for another project; gone with the game. */
  readonly beside: string;
  readonly remove: () => Promise<void>;
}

/** Packs, and does what `npm create holdfast my-game` does. */
export async function createGame(): Promise<InstalledGame> {
  const outside = await mkdtemp(join(tmpdir(), "holdfast-installed-"));
  const packages = join(outside, "packages");
  await mkdir(packages);
  await run(root, "npm", "pack", "--silent", "--pack-destination", packages);
  await run(join(root, "create-holdfast"), "npm", "pack", "--silent", "--pack-destination", packages);
  const names = await readdir(packages);
  const packed = (name: RegExp) => join(packages, names.find((each) => name.test(each))!);
  const create = [
    "exec",
    "--yes",
    `--package=${packed(/^create-holdfast-/)}`,
    "--",
    "create-holdfast",
    "my-game",
  ];
  const holdfast = `file:${packed(/^holdfast-/)}`;
  await run(outside, "npm", ...create, "--holdfast", holdfast);
  const beside = join(outside, "my-project");
  await mkdir(beside);
  return {
    ...{ folder: join(outside, "my-game"), packed: holdfast, beside },
    remove: () => rm(outside, { recursive: true, force: true, maxRetries: 5 }),
  };
}
