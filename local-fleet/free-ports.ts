/**
 * Ports for the nodes of a fleet: the first free ones from a number on. They are below the range from which the
 * kernel takes ports for outgoing connections, so that none of those blocks a node's port when it restarts.
 */
import { once } from "node:events";
import { createServer } from "node:net";
import { listenFailure } from "../server/net/port-error.ts";

const triesMax = 500;
/** The first port that Linux uses for outgoing connections. */
const outgoingFrom = 32_768;

/** @param hosts the ports must be free at each of them. @throws Error when there are too few */
export async function freePorts(from: number, count: number, hosts: readonly string[]): Promise<number[]> {
  const found: number[] = [];
  for (let port = from; port < from + triesMax && port < outgoingFrom && found.length < count; port++) {
    if (await isFree(port, hosts)) found.push(port);
  }
  if (found.length < count) throw new Error(`no ${count} free ports from ${from} on: choose another --port`);
  return found;
}

async function isFree(port: number, hosts: readonly string[]): Promise<boolean> {
  for (const host of hosts) if ((await listenTrouble(port, host)) !== undefined) return false;
  return true;
}

/** Why the port cannot be opened now, as a PortError where possible; undefined when it is free. */
export async function listenTrouble(port: number, host: string): Promise<Error | undefined> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, "listening");
    return undefined;
  } catch (error) {
    return listenFailure(error as Error, { port, host });
  } finally {
    probe.close();
  }
}
