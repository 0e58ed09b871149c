/** How one node of a fleet is started: its arguments, from its place in the fleet. Pure, but for the starting. */
import { type ChildProcess, spawn } from "node:child_process";
import { dialledHost, hostAndPort } from "../server/net/address.ts";

export type NodeRole = "room" | "matchmaker";

export interface NodePlace {
  readonly role: NodeRole;
  /** Stays with the place; each start adds letters of its own. */
  readonly name: string;
  readonly port: number;
}

export interface NodeSurroundings {
  /** As the fleet got them; they hold for its nodes too. */
  readonly nodeFlags: readonly string[];
  /** On which nodes listen. */
  readonly host: string;
  /** Of this machine for clients, when they reach the nodes without a load balancer. */
  readonly publicHost: string | undefined;
}

/** Where this machine's processes reach a node that listens on `host`. */
export const nodeAddress = (host: string, port: number) => hostAndPort(dialledHost(host), port);

/** The last flag wins: what the fleet decides stands at the end. */
export function nodeArguments(place: NodePlace, surroundings: NodeSurroundings): string[] {
  const { role, name, port } = place;
  const { nodeFlags, host, publicHost } = surroundings;
  const isReached = role === "room" && publicHost !== undefined;
  return [
    ...nodeFlags,
    ...["--role", role, "--node-name", name],
    ...["--host", host, "--port", String(port), "--address", nodeAddress(host, port)],
    ...["--store", "redis"],
    ...(isReached ? ["--public-address", hostAndPort(publicHost, port)] : []),
  ];
}

/**
 * With an ipc channel: a node does not outlive its fleet.
 * @param secrets for its environment: everybody reads the arguments of a process
 */
export function spawnNode(
  entry: string,
  args: readonly string[],
  secrets: Readonly<Record<string, string>>,
): ChildProcess {
  const env = { ...process.env, ...secrets };
  return spawn(process.execPath, [entry, ...args], { stdio: ["ignore", "pipe", "pipe", "ipc"], env });
}

/** Not at the mercy of the terminal's Ctrl-C: the fleet wants the bots' report first. */
export function spawnBots(entry: string, urls: readonly string[], players: number): ChildProcess {
  const args = [entry, "--url", urls.join(","), "--players", String(players), "--json"];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe", "ipc"], detached: true });
}
