/**
 * Ports for the nodes of a fleet: the first free ones from a number on. Below the range from which the kernel
 * takes ports for outgoing connections, so that none of those sits on a node's port when it comes back.
 */
import { once } from "node:events";
import { createServer } from "node:net";

const triesMax = 500;
/** Where Linux begins with the ports of outgoing connections. */
const outgoingFrom = 32_768;

/** @throws Error when there are not so many free ones */
export async function freePorts(from: number, count: number, host: string): Promise<number[]> {
  const found: number[] = [];
  for (let port = from; port < from + triesMax && port < outgoingFrom && found.length < count; port++) {
    if (await isFree(port, host)) found.push(port);
  }
  if (found.length < count) throw new Error(`no ${count} free ports from ${from} on: choose another --port`);
  return found;
}

async function isFree(port: number, host: string): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, "listening");
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}
