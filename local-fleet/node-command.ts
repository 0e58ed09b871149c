/** How one node of a fleet is started: its arguments follow from its place in the fleet. Pure, except for the start. */
import { type ChildProcess, spawn } from "node:child_process";
import { dialledHost, hostAndPort } from "../server/net/address.ts";

export type NodeRole = "room" | "matchmaker";

export interface NodePlace {
  readonly role: NodeRole;
  /** The name of the place; each start adds letters to it. */
  readonly name: string;
  readonly port: number;
}

export interface NodeSurroundings {
  /** The flags that the fleet was given for its nodes. */
  readonly nodeFlags: readonly string[];
  /** The host on which nodes listen. */
  readonly host: string;
  /** This machine's address for clients, when there is no load balancer. */
  readonly publicHost: string | undefined;
}

/** Where this machine's processes reach a node that listens on `host`. */
export const nodeAddress = (host: string, port: number) => hostAndPort(dialledHost(host), port);

/** The last flag wins, so what the fleet decides comes last. */
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
 * Starts a node with an ipc channel, so that it does not outlive its fleet.
 * @param secrets for its environment, because every user can read the arguments of a process
 */
export function spawnNode(
  entry: string,
  args: readonly string[],
  secrets: Readonly<Record<string, string>>,
): ChildProcess {
  const env = { ...process.env, ...secrets };
  return spawn(process.execPath, [entry, ...args], { stdio: ["ignore", "pipe", "pipe", "ipc"], env });
}

/** Starts bots that the terminal's Ctrl-C does not reach, because the fleet needs their report first. */
export function spawnBots(
  entry: string,
  urls: readonly string[],
  { players, games }: { readonly players: number; readonly games: string },
): ChildProcess {
  const args = [entry, "--url", urls.join(","), "--players", String(players), "--games", games, "--json"];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe", "ipc"], detached: true });
}
