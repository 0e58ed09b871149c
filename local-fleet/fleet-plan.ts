/** The members of a fleet and their ports, decided before anything starts. */
import { freePorts, listenTrouble } from "./free-ports.ts";
import type { NodeRole } from "./node-command.ts";

/** First port of the nodes when the fleet's own port is 0 or among those of outgoing connections. */
const nodePortDefault = 21_000;
const nodePortMax = 30_000;

/** A place in the fleet; one process after the other fills it. */
export interface FleetSlot {
  readonly role: NodeRole;
  readonly name: string;
  readonly port: number;
  /** Port for its next process while this one still serves; absent: the next one starts after it. */
  readonly otherPort?: number;
}

export interface FleetPlan {
  /** Port of the load balancer, or without one that of the first matchmaker. */
  readonly port: number;
  readonly redisPort: number;
  /** Room nodes come first. */
  readonly places: readonly FleetSlot[];
}

export interface FleetSize {
  readonly rooms: number;
  readonly matchmakers: number;
  /** 0 for any free one. */
  readonly port: number;
  readonly host: string;
  readonly balancer: boolean;
}

/**
 * Behind a load balancer a matchmaker has two ports in turn, both known to it; a room has any, because the load
 * balancer asks where a match is. Without one the first matchmaker has the fleet's own port, and keeps it.
 * @param chance from 0 to 1, so that two fleets with port 0 that start together do not try the same ports
 * @throws PortError when the fleet's own port cannot be had, Error when there are not enough others
 */
export async function fleetPlan(size: FleetSize, chance: number): Promise<FleetPlan> {
  const { rooms, matchmakers, balancer, host } = size;
  const trouble = size.port > 0 ? await listenTrouble(size.port, host) : undefined;
  if (trouble !== undefined) throw trouble;
  const from =
    size.port > 0 && size.port < nodePortMax
      ? size.port + 1
      : nodePortDefault + Math.floor(chance * (nodePortMax - nodePortDefault));
  const ports = await freePorts(from, 2 + rooms + 2 * matchmakers, hostsOf(host));
  const next = () => ports.shift()!;
  const port = size.port || next();
  const redisPort = next();
  const places: FleetSlot[] = [];
  for (let at = 1; at <= rooms; at++) places.push({ role: "room", name: `room-${at}`, port: next() });
  for (let at = 1; at <= matchmakers; at++) {
    const name = `matchmaker-${at}`;
    if (balancer) places.push({ role: "matchmaker", name, port: next(), otherPort: next() });
    else places.push({ role: "matchmaker", name, port: at === 1 ? port : next() });
  }
  return { port, redisPort, places };
}

/** Both ports of every matchmaker, for the load balancer's list. */
export function matchmakerAddresses({ places }: FleetPlan): string[] {
  return places
    .filter(({ role }) => role === "matchmaker")
    .flatMap(({ port, otherPort }) => [port, otherPort ?? port])
    .map((port) => `127.0.0.1:${port}`);
}

/** The place with the port of its next process. @param places all of them; their ports stay taken while one restarts */
export async function nextPlace(
  place: FleetSlot,
  places: readonly FleetSlot[],
  host: string,
): Promise<FleetSlot> {
  if (place.otherPort !== undefined) return { ...place, port: place.otherPort, otherPort: place.port };
  if (place.role === "matchmaker") return place;
  const taken = new Set(places.flatMap(({ port, otherPort }) => [port, otherPort]));
  const lowest = Math.min(...places.map(({ port }) => port));
  const free = await freePorts(lowest, taken.size + 1, hostsOf(host));
  return { ...place, port: free.find((port) => !taken.has(port))! };
}

/** Addresses at which a node's port must be free. */
const hostsOf = (host: string) => (host.includes(":") ? ["0.0.0.0", host] : ["0.0.0.0"]);
