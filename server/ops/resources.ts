/**
 * What the process has of the machine: memory, files. Reading either may need a file itself, which there may be
 * none left for: then the last answer is given again. Nothing here throws.
 */
import { readdirSync } from "node:fs";

/** What a process has open of its own, where that cannot be counted. */
const openFilesGuess = 64;

let lastMib = Number.NaN;

/** Resident memory in MiB; NaN while it could never be read. */
export function residentMib(): number {
  try {
    lastMib = process.memoryUsage.rss() / 1024 / 1024;
  } catch {
    // No file is left to read it from; it is only for the status line.
  }
  return lastMib;
}

/** How many files and connections the process may have open; Infinity when the system does not say. */
export function openFilesMax(): number {
  // Names of peers would be looked up.
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
