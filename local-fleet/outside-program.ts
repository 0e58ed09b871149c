/**
 * Starts redis-server and nginx for the fleet alone. Each has a process group of its own, because Ctrl-C goes to
 * the whole terminal and the fleet alone decides what it means. They end with the fleet, even when that is killed
 * with SIGKILL.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * setpriv(1) makes the kernel send SIGTERM to the program when its parent is gone. Every Linux with util-linux
 * has it; without it a killed fleet leaves the program behind (one that is stopped with Ctrl-C does not).
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

/** `durability` is the setting of the nodes. */
export interface RedisProgramOptions {
  readonly port: number;
  readonly directory: string;
  readonly durability: string;
}

export const redisReady = /Ready to accept connections/;

/**
 * Every write goes to a file before it is acknowledged, so that matches also survive a killed redis-server. With
 * `everysec` a power loss may cost the last second; the level `machine` waits for the disk each time.
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

/** With `-e`, because nginx would otherwise open Debian's log file before it reads its configuration. */
export function balancerArguments(directory: string): string[] {
  return ["-e", "stderr", "-p", directory, "-c", join(directory, "nginx.conf")];
}
