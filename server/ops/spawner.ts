/**
 * Starts the supervisor's children as `npm start` has them: the same Node, the same settings, an ipc channel
 * and pipes for what they write. Tests put scripts of their own in its place.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Role } from "./child-messages.ts";

/** @param url of the server; undefined until the first one was ready */
export type Spawner = (role: Role, url: string | undefined) => ChildProcess;

interface SpawnerOptions {
  /** The file to run for the server and the standby. */
  readonly entry: string;
  /** As the supervisor got them; they hold for its children too. */
  readonly argv: readonly string[];
  /** File and arguments of the house bots. */
  readonly bots: (url: string) => readonly string[];
}

export function nodeSpawner({ entry, argv, bots }: SpawnerOptions): Spawner {
  return (role, url) => {
    // The last flag wins: a server that came back must be where its clients look for it, also after --port 0.
    const port = url === undefined ? [] : ["--port", new URL(url).port];
    const args = role === "bots" ? bots(url ?? "") : [entry, ...argv, "--role", role, ...port];
    return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  };
}
