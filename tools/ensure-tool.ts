/**
 * Finds a program that npm cannot install, and installs it where that needs no question: as root on Debian and
 * similar systems. Elsewhere it says in one line what to install. Two processes may do it at once: the second
 * one waits and finds it installed. It installs programs but starts no services.
 */
import { spawn } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const waitSecondsMax = 600;
const aptSecondsMax = 300;

interface Tool {
  /** Names of its command, the best first. */
  readonly commands: readonly string[];
  /** Name of Debian's package. */
  readonly package: string;
  /** The service that Debian would start with it, now and at every boot. */
  readonly service?: string;
}

export const tools = {
  // The one without windows is the same engine for two thirds of the processor time.
  chromium: {
    commands: ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"],
    package: "chromium-headless-shell",
  },
  firefox: { commands: ["firefox-esr", "firefox"], package: "firefox-esr" },
  caddy: { commands: ["caddy"], package: "caddy", service: "caddy" },
  haproxy: { commands: ["haproxy", "/usr/sbin/haproxy"], package: "haproxy", service: "haproxy" },
  nginx: { commands: ["nginx", "/usr/sbin/nginx"], package: "nginx", service: "nginx" },
  // Debian has the server in a folder of its version, which is in nobody's path.
  postgres: {
    commands: [
      "postgres",
      ...[18, 17, 16, 15, 14].map((version) => `/usr/lib/postgresql/${version}/bin/postgres`),
    ],
    package: "postgresql",
    service: "postgresql",
  },
  "redis-server": {
    commands: ["redis-server", "valkey-server"],
    package: "redis-server",
    service: "redis-server",
  },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;

export type ToolResult = { ok: true; path: string } | { ok: false; hint: string };

export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  readonly root: boolean;
  /** By Debian's policy, no package starts a service while this script exits with 101. */
  readonly policyFile: string;
}

const thisMachine: Machine = {
  env: process.env,
  root: process.getuid?.() === 0,
  policyFile: "/usr/sbin/policy-rc.d",
};

export async function ensureTool(name: ToolName, machine: Machine = thisMachine): Promise<ToolResult> {
  const found = findTool(name, machine);
  if (found) return { ok: true, path: found };
  const hint = `${name} is missing: install it (Debian: apt-get install ${tools[name].package}), then run again`;
  const apt = findCommand("apt-get", machine) && findCommand("flock", machine);
  if (!machine.root || !apt) return { ok: false, hint };

  const failure = await aptInstall(name, machine);
  const installed = findTool(name, machine);
  if (installed) return { ok: true, path: installed };
  return { ok: false, hint: `${hint} (tried: ${failure ?? "apt-get brought no such command"})` };
}

/** The part of vitest's test context that is needed here. */
interface Skippable {
  skip(note: string): void;
}

/**
 * The path of the tool. When there is none, the test is skipped with the hint as its reason.
 * @throws with CI=true instead, where a skipped test would count as a proof
 */
export async function toolForTest(name: ToolName, test: Skippable): Promise<string> {
  const result = await ensureTool(name);
  if (result.ok) return result.path;
  if (process.env.CI === "true") throw new Error(result.hint);
  console.warn(result.hint);
  test.skip(result.hint);
  throw new Error(result.hint);
}

function findTool(name: ToolName, machine: Machine): string | undefined {
  for (const command of tools[name].commands) {
    const path = findCommand(command, machine);
    if (path) return path;
  }
  return undefined;
}

/** @param command a name or a path: only root has /usr/sbin in PATH */
function findCommand(command: string, { env }: Machine): string | undefined {
  if (command.startsWith("/")) return isExecutable(command) ? command : undefined;
  const paths = (env.PATH ?? "").split(delimiter).filter(Boolean);
  return paths.map((folder) => join(folder, command)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}

/** An administrator's own file stays as it is. Ours has a mark, so that one left by a killed install is recognised. */
const denyServices = (policyFile: string) => `policy="${policyFile}"
ours="# made by holdfast's ensure-tool.ts while it installs"
if [ ! -e "$policy" ] || grep -qF "$ours" "$policy"; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' INT TERM HUP
  printf '#!/bin/sh\\n%s\\nexit 101\\n' "$ours" > "$policy" && chmod +x "$policy"
fi`;

/**
 * flock(1) holds the lock while its command runs, and the kernel frees it when that dies. The package lists
 * are fetched only when the first attempt fails: mostly they are there, and fetching is the slow part.
 * @returns what went wrong, in one line
 */
function aptInstall(name: ToolName, { env, policyFile }: Machine): Promise<string | undefined> {
  const { commands, package: debian, service }: Tool = tools[name];
  const bounded = `timeout --kill-after=5 ${aptSecondsMax}`;
  const install = `${bounded} apt-get -qq -y -o DPkg::Lock::Timeout=300 install --no-install-recommends ${debian}`;
  const present = commands.map((command) => `command -v ${command}`).join(" || ");
  const script = [
    `{ ${present}; } >/dev/null && exit 0`,
    ...(service ? [denyServices(policyFile)] : []),
    `${install} || { ${bounded} apt-get -qq update && ${install}; } || exit`,
    // The service must not start at the next boot either. Systems without these commands would not start it.
    ...(service ? [`update-rc.d ${service} disable >/dev/null 2>&1 || :`] : []),
  ].join("\n");
  const lock = join(tmpdir(), "holdfast-apt.lock");
  return new Promise((resolve) => {
    const child = spawn("flock", ["--wait", `${waitSecondsMax}`, lock, "sh", "-c", script], {
      env: { ...env, DEBIAN_FRONTEND: "noninteractive" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (chunk) => {
      errors = (errors + chunk).slice(-2000);
    });
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => {
      const last = errors.trim().split("\n").at(-1);
      resolve(code === 0 ? undefined : `apt-get: ${last || (signal ?? `exit ${code}`)}`);
    });
  });
}

// By hand: `node tools/ensure-tool.ts chromium`.
if (import.meta.main) {
  const name = process.argv[2] ?? "";
  if (!Object.hasOwn(tools, name)) throw new Error(`known tools: ${Object.keys(tools).join(", ")}`);
  const result = await ensureTool(name as ToolName);
  console.log(result.ok ? result.path : result.hint);
  process.exitCode = result.ok ? 0 : 1;
}
