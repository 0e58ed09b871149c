/**
 * One server per data directory. The lock is a file `lock` that names its owner: pid, start time of that
 * process, boot. It is made by link(2) of a finished file, so nobody ever reads half of one. The lock of a
 * dead process is taken over at once; that of a live one is an error. Node has no flock(2): this works for
 * processes that see each other's pids, not for two machines or pid namespaces on one volume.
 */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { StoreError } from "../store-error.ts";

export interface DataLock {
  release(): void;
}

/** @throws StoreError `store/locked`, `store/not-writable`, `store/full` */
export function lockDataDirectory(directory: string): DataLock {
  const mine = ownerText(process.pid);
  const draft = draftIn(directory, mine);
  const lockPath = path.join(directory, "lock");
  try {
    while (!link(draft, lockPath)) {
      const owner = readIfThere(lockPath);
      if (owner === undefined) continue; // released between the two calls
      if (isAlive(owner)) throw locked(directory, owner);
      if (takeOver({ draft, lockPath, dead: owner })) break;
    }
  } finally {
    fs.rmSync(draft, { force: true });
  }
  return {
    release() {
      if (readIfThere(lockPath) === mine) fs.rmSync(lockPath);
    },
  };
}

/** Writing it also proves that the directory can be written, before anything in it is touched. */
function draftIn(directory: string, text: string): string {
  const draft = path.join(directory, `lock.${process.pid}.${randomBytes(4).toString("hex")}`);
  try {
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(draft, text, { flag: "wx" });
    return draft;
  } catch (error) {
    if (fs.existsSync(draft)) fs.rmSync(draft);
    const full = (error as NodeJS.ErrnoException).code === "ENOSPC";
    const code = full ? "store/full" : "store/not-writable";
    throw new StoreError(
      code,
      `cannot write to the data directory ${directory}: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Replaces the lock of a dead owner. A marker named for that dead owner lets one process at a time do it, and
 * whoever holds the marker looks again: a slow rival must not replace the winner's lock.
 */
function takeOver({ draft, lockPath, dead }: { draft: string; lockPath: string; dead: string }): boolean {
  const marker = `${lockPath}.after.${dead.replaceAll(/[^\w-]/g, "-")}`;
  if (!link(draft, marker)) {
    const rival = readIfThere(marker);
    // Weakness: two starters could both remove the marker of a third that died within these few lines.
    if (rival !== undefined && !isAlive(rival)) fs.rmSync(marker, { force: true });
    return false;
  }
  try {
    if (readIfThere(lockPath) !== dead) return false;
    const copy = `${draft}.new`;
    fs.linkSync(draft, copy);
    fs.renameSync(copy, lockPath);
    return true;
  } finally {
    fs.rmSync(marker, { force: true });
  }
}

function locked(directory: string, owner: string): StoreError {
  return new StoreError(
    "store/locked",
    `the data directory ${directory} is in use by the server with pid ${pidOf(owner)}`,
  );
}

function link(from: string, to: string): boolean {
  try {
    fs.linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** "pid start boot". A pid alone is not enough: it is given out again, most of all after a reboot. */
function ownerText(pid: number): string {
  return `${pid} ${startOf(pid)} ${bootId()}`;
}

function pidOf(owner: string): number {
  return Number(owner.split(" ")[0]);
}

function isAlive(owner: string): boolean {
  const pid = pidOf(owner);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return ownerText(pid) === owner;
}

/**
 * Start time of a live process in clock ticks since boot: field 22 of /proc/<pid>/stat. "dead" for one that
 * was killed but not yet reaped by its parent; "unknown" where there is no /proc.
 */
function startOf(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses and may contain spaces.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "dead" : (fields[19] ?? "unknown");
  } catch {
    return "unknown";
  }
}

function bootId(): string {
  try {
    return fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "unknown";
  }
}
