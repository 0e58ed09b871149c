/**
 * fleet.json in the data directory: where the fleet that runs here can be reached. It is written when the fleet is
 * up and removed when it stops; one that a killed fleet left behind names a process that is gone, and is ignored.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface FleetFile {
  readonly pid: number;
  /** Port on 127.0.0.1. */
  readonly controlPort: number;
  /** Everybody who can read the file may give orders. */
  readonly controlKey: string;
  readonly urls: readonly string[];
  /** ISO 8601. */
  readonly startedAt: string;
}

const pathOf = (dataDir: string) => join(dataDir, "fleet.json");

export function writeFleetFile(dataDir: string, file: FleetFile): void {
  mkdirSync(dataDir, { recursive: true });
  const fresh = `${pathOf(dataDir)}.${file.pid}`;
  writeFileSync(fresh, `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, pathOf(dataDir));
}

/** @returns undefined when no fleet runs with this directory */
export function readFleetFile(dataDir: string): FleetFile | undefined {
  try {
    const file = JSON.parse(readFileSync(pathOf(dataDir), "utf8")) as FleetFile;
    return Number.isSafeInteger(file.pid) && isAlive(file.pid) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the file if it is this process's own. */
export function removeFleetFile(dataDir: string, pid: number): void {
  if (readFleetFile(dataDir)?.pid === pid) rmSync(pathOf(dataDir), { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
