/**
 * One server per data directory. The lock is the kernel's, on the file `lock.held`, taken through SQLite because Node
 * has no flock(2): it ends with its process in every case, needs no pids and admits no race. It works for processes
 * of one machine, not for two machines on one volume. The file `lock` beside it names the owner, for operators and
 * for servers of an earlier version, whose only lock it was: a server does not start beside such a live one, nor the
 * reverse.
 */
import fs from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store-error.ts";
import { isAlive, ownerText, pidOf, readIfThere } from "./lock-owner.ts";

/** Two servers that start in the same moment block each other for a few milliseconds; then one has the lock. */
const rivalsMsMax = 500;
/** SQLITE_BUSY. */
const heldByAnother = 5;

/** Keeps the lock referenced: garbage collection would release it. */
const kept = new Set<DatabaseSync>();

export interface DataLock {
  release(): void;
}

/** @throws StoreError `store/locked`, `store/not-writable`, `store/full` */
export function lockDataDirectory(directory: string): DataLock {
  proveWritable(directory);
  const lockPath = path.join(directory, "lock");
  const held = hold(directory, lockPath);
  try {
    say(directory, lockPath);
  } catch (error) {
    letGo(held);
    throw error instanceof StoreError ? error : notWritable(directory, error as Error);
  }
  return {
    release() {
      if (!held.isOpen) return;
      fs.rmSync(lockPath, { force: true });
      letGo(held);
    },
  };
}

/**
 * Weakness: a server of an earlier version that starts during these few lines is not noticed.
 * @throws StoreError `store/locked`: such a server has the directory
 */
function say(directory: string, lockPath: string): void {
  const [said, mine] = [readIfThere(lockPath) ?? "", ownerText(process.pid)];
  if (said !== mine && isAlive(said)) throw locked(directory, said);
  // Written by rename, so that nobody reads half of it.
  const draft = draftIn(directory);
  fs.writeFileSync(draft, mine);
  fs.renameSync(draft, lockPath);
}

function letGo(held: DatabaseSync): void {
  held.close();
  kept.delete(held);
}

function hold(directory: string, lockPath: string): DatabaseSync {
  const file = path.join(directory, "lock.held");
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: rivalsMsMax });
    // Nothing is ever written, so there is nothing to roll back.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    kept.add(database);
    return database;
  } catch (error) {
    database?.close();
    if ((error as { errcode?: number }).errcode === heldByAnother)
      throw locked(directory, readIfThere(lockPath) ?? "");
    throw notWritable(directory, error as Error);
  }
}

/** Runs before anything in the directory is changed. */
function proveWritable(directory: string): void {
  const draft = draftIn(directory);
  try {
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(draft, `${process.pid}\n`);
    fs.rmSync(draft);
  } catch (error) {
    if (fs.existsSync(draft)) fs.rmSync(draft);
    throw notWritable(directory, error as NodeJS.ErrnoException);
  }
}

const draftIn = (directory: string) => path.join(directory, `lock.${process.pid}.draft`);

function notWritable(directory: string, error: NodeJS.ErrnoException): StoreError {
  const code = error.code === "ENOSPC" ? "store/full" : "store/not-writable";
  return new StoreError(code, `cannot write to the data directory ${directory}: ${error.message}`, {
    cause: error,
  });
}

function locked(directory: string, said: string): StoreError {
  const pid = pidOf(said);
  const owner = pid === undefined ? "another process" : `the server with pid ${pid}`;
  return new StoreError("store/locked", `the data directory ${directory} is in use by ${owner}`);
}
