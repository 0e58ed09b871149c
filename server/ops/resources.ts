/**
 * The machine's resources that the process uses: memory, files. Reading either may need a free file descriptor; when
 * there is none, the last answer is returned. Nothing here throws.
 */
import { readdirSync } from "node:fs";

/** The number of files that a process has open itself, where that cannot be counted. */
const openFilesGuess = 64;

let lastMib = Number.NaN;

/** Resident memory in MiB; NaN if it could never be read. */
export function residentMib(): number {
  try {
    lastMib = process.memoryUsage.rss() / 1024 / 1024;
  } catch {
    // No descriptor is left for reading it; only the status line needs it.
  }
  return lastMib;
}

/** How many files and connections the process may have open; Infinity when the system does not say. */
export function openFilesMax(): number {
  // Otherwise the report would look up the names of peers.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files?: { soft?: number | string } };
  };
  const limit = Number(userLimits?.open_files?.soft);
  return Number.isInteger(limit) && limit > 0 ? limit : Number.POSITIVE_INFINITY;
}

export function openFiles(): number {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return openFilesGuess;
  }
}
