/**
 * The owner of a data directory, as the file `lock` names it: pid, start of that process, boot. A pid alone is not
 * enough, because pids are reused, most of all after a reboot. Servers of an earlier version had no other lock than
 * this file, and still treat it as the lock. It decides nothing and changes nothing.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";

const psMsMax = 2000;
const unknown = "unknown";
/** The program that opened a data directory in those versions. */
const serverFile = /\bserver[\\/](serve|main)\.ts\b/;

export function ownerText(pid: number): string {
  return `${pid} ${startOf(pid)} ${bootId()}`;
}

export function pidOf(owner: string): number | undefined {
  const pid = Number(/^\d+/.exec(owner)?.[0]);
  return pid > 0 ? pid : undefined;
}

/** Whether the process that wrote this is alive, and not a later one with its pid. */
export function isAlive(owner: string): boolean {
  const pid = pidOf(owner);
  if (pid === undefined || !isPid(pid)) return false;
  // Where the system does not tell a process' start, a live process counts if it is a server.
  if (owner.trim() === `${pid} ${unknown} ${unknown}`) return serverFile.test(commandOf(pid));
  return ownerText(pid) === owner.trim();
}

function isPid(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/**
 * Start time of a live process in clock ticks since boot: field 22 of /proc/<pid>/stat. `dead` for one that was killed
 * but not yet reaped by its parent; `unknown` where there is no /proc.
 */
function startOf(pid: number): string {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return unknown;
  // The second field is the program's name in parentheses and may contain spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? "dead" : (fields[19] ?? unknown);
}

function bootId(): string {
  return readIfThere("/proc/sys/kernel/random/boot_id")?.trim() ?? unknown;
}

/** Empty when the system does not tell. */
function commandOf(pid: number): string {
  return (
    spawnSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8", timeout: psMsMax }).stdout ?? ""
  );
}

export function readIfThere(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
