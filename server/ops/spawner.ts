/**
 * Starts the supervisor's children for `npm start`: the same Node, the same settings, an ipc channel, pipes for their
 * output, and the port that the supervisor holds. Tests replace it by their own scripts.
 */
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import type { Role } from "./child-messages.ts";
import type { KeptPort } from "./kept-port.ts";

/** @param url of the server; undefined until the first server was ready */
export type Spawner = (role: Role, url: string | undefined) => ChildProcess;

interface SpawnerOptions {
  /** The file to run for the server and the standby. */
  readonly entry: string;
  /** The supervisor's arguments, which its children get too. */
  readonly argv: readonly string[];
  /** File and arguments of the house bots. */
  readonly bots: (url: string) => readonly string[];
  /** Undefined where a child has to listen itself. */
  readonly port: Pick<KeptPort, "port" | "fd"> | undefined;
}

/** The descriptor of the held port in a child, after its streams and the ipc channel. */
const portFd = 4;

export function nodeSpawner({ entry, argv, bots, port }: SpawnerOptions): Spawner {
  return (role, url) => {
    const stdio: StdioOptions = ["ignore", "pipe", "pipe", "ipc"];
    if (role === "bots") return spawn(process.execPath, bots(url ?? ""), { stdio });
    const args = [entry, ...argv, "--role", role];
    // The last flag wins: a restarted server must be where its clients look for it, also after --port 0.
    if (port !== undefined) {
      const flags = ["--port", String(port.port), "--listen-fd", String(portFd)];
      return spawn(process.execPath, [...args, ...flags], { stdio: [...stdio, port.fd] });
    }
    const flags = url === undefined ? [] : ["--port", new URL(url).port];
    return spawn(process.execPath, [...args, ...flags], { stdio });
  };
}
