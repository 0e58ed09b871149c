/**
 * One server per data directory. The lock is the kernel's, on the file `lock.held`, taken through SQLite because Node
 * has no flock(2): it goes with its process however that dies, knows no pids and admits no race. The file `lock`
 * beside it says in words who has it, for messages and operators; nothing is decided by it. It works for processes of
 * one machine, not for two machines on one volume.
 */
import fs from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store-error.ts";

/** Two that start in the same moment hinder each other for a few milliseconds; then one of them has it. */
const rivalsMsMax = 500;
/** SQLITE_BUSY. */
const heldByAnother = 5;

/** A lock that nobody names any more would be collected, and be free. */
const kept = new Set<DatabaseSync>();

export interface DataLock {
  release(): void;
}

/** @throws StoreError `store/locked`, `store/not-writable`, `store/full` */
export function lockDataDirectory(directory: string): DataLock {
  proveWritable(directory);
  const lockPath = path.join(directory, "lock");
  const held = hold(directory, lockPath);
  fs.writeFileSync(lockPath, `${process.pid} since ${new Date().toISOString()}\n`);
  return {
    release() {
      if (!held.isOpen) return;
      fs.rmSync(lockPath, { force: true });
      held.close();
      kept.delete(held);
    },
  };
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
    if ((error as { errcode?: number }).errcode === heldByAnother) throw locked(directory, lockPath);
    throw notWritable(directory, error as Error);
  }
}

/** Before anything in it is touched. */
function proveWritable(directory: string): void {
  const draft = path.join(directory, `lock.${process.pid}.draft`);
  try {
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(draft, `${process.pid}\n`);
    fs.rmSync(draft);
  } catch (error) {
    if (fs.existsSync(draft)) fs.rmSync(draft);
    throw notWritable(directory, error as NodeJS.ErrnoException);
  }
}

function notWritable(directory: string, error: NodeJS.ErrnoException): StoreError {
  const code = error.code === "ENOSPC" ? "store/full" : "store/not-writable";
  return new StoreError(code, `cannot write to the data directory ${directory}: ${error.message}`, {
    cause: error,
  });
}

function locked(directory: string, lockPath: string): StoreError {
  const pid = /^\d+/.exec(readIfThere(lockPath))?.[0];
  const owner = pid === undefined ? "another process" : `the server with pid ${pid}`;
  return new StoreError("store/locked", `the data directory ${directory} is in use by ${owner}`);
}

function readIfThere(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
