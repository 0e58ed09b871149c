/**
 * Starts programs that are not ours, redis-server and nginx, so that they serve the fleet and nothing else: in a
 * process group of their own, because Ctrl-C goes to the whole terminal and the fleet alone decides what it
 * means; and gone with the fleet, even when that is killed with SIGKILL.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * setpriv(1) has the kernel send SIGTERM to the program when its parent is gone. It is on every Linux with
 * util-linux; without it a killed fleet leaves the program behind, which Ctrl-C does not.
 */
export function spawnOutside(path: string, args: readonly string[]): ChildProcess {
  const setpriv = setprivPath();
  const [command = path, ...rest] = setpriv
    ? [setpriv, "--pdeathsig", "TERM", path, ...args]
    : [path, ...args];
  return spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"], detached: true });
}

function setprivPath(): string | undefined {
  if (process.platform !== "linux") return undefined;
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, "setpriv")).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Its own settings; `durability` as the nodes get it. */
export interface RedisProgramOptions {
  readonly port: number;
  readonly directory: string;
  readonly durability: string;
}

export const redisReady = /Ready to accept connections/;

/**
 * Every write goes to a file before it is acknowledged, so that matches outlive a killed redis-server too. With
 * `everysec` the machine's power may take the last second; the level `machine` waits for the disk each time.
 */
export function redisArguments({ port, directory, durability }: RedisProgramOptions): string[] {
  const settings = {
    port: String(port),
    bind: "127.0.0.1",
    dir: directory,
    save: "",
    appendonly: "yes",
    appendfsync: durability === "machine" ? "always" : "everysec",
    "maxmemory-policy": "noeviction",
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

export const balancerReady = /start worker process \d/;

/** With `-e`, because nginx would open Debian's log file before it reads where its own is. */
export function balancerArguments(directory: string): string[] {
  return ["-e", "stderr", "-p", directory, "-c", join(directory, "nginx.conf")];
}
