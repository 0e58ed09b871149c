/**
 * The files of the write-ahead log: `<number>.wal`, with numbers that only grow. A file is filled with real zeros and
 * flushed before its first use, so that a later write changes no metadata and costs one flush of data (fallocate
 * would leave extents to be converted at each write). A file that is no longer needed is renamed to the next number
 * instead of being made again. The directory is flushed after every rename: a name that a power loss could undo would
 * take acknowledged blocks with it.
 */
import fs from "node:fs/promises";
import path from "node:path";

const zerosBytes = 1 << 20;

export function segmentPath(directory: string, segment: number): string {
  return path.join(directory, `${String(segment).padStart(10, "0")}.wal`);
}

/** Numbers of the segments in a directory, ascending. */
export async function listSegments(directory: string): Promise<number[]> {
  const names = await fs.readdir(directory);
  const numbers = names.filter((name) => /^\d{10}\.wal$/.test(name)).map((name) => Number.parseInt(name, 10));
  return numbers.sort((a, b) => a - b);
}

/** Removes files that a crash left half made. */
export async function removeDrafts(directory: string): Promise<void> {
  for (const name of await fs.readdir(directory)) {
    if (name.endsWith(".draft")) await fs.rm(path.join(directory, name), { force: true });
  }
}

/** Makes a new segment; leaves nothing behind when it fails, e.g. with ENOSPC. */
export async function makeSegment(directory: string, segment: number, bytes: number): Promise<void> {
  const draft = `${segmentPath(directory, segment)}.draft`;
  try {
    const file = await fs.open(draft, "w");
    try {
      const zeros = Buffer.alloc(Math.min(zerosBytes, bytes));
      for (let done = 0; done < bytes; done += zeros.length) {
        await file.writeFile(zeros.subarray(0, Math.min(zeros.length, bytes - done)));
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(draft, segmentPath(directory, segment));
    await flushNames(directory);
  } catch (error) {
    await fs.rm(draft, { force: true });
    throw error;
  }
}

/**
 * Turns a segment that is no longer needed into the next one. Its old blocks carry the old number, so they are stale.
 */
export async function recycleSegment(directory: string, change: { from: number; to: number }): Promise<void> {
  await fs.rename(segmentPath(directory, change.from), segmentPath(directory, change.to));
  await flushNames(directory);
}

async function flushNames(directory: string): Promise<void> {
  const handle = await fs.open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
