/**
 * A process that keeps its entry on a registry in Redis, as a node does, until it is killed. Says "announced" once.
 * Arguments: url, prefix, node, lease in ms.
 */
import { flushCompileCache } from "node:module";
import { openRedisNodeRegistry } from "../../server/fleet/redis-node-registry.ts";
import { entry } from "./node-entries.ts";

// What Node compiled is kept for the next one: a process that is killed does not do that by itself.
flushCompileCache();
const [url, prefix, node, leaseMs] = process.argv.slice(2) as [string, string, string, string];
const registry = await openRedisNodeRegistry({ url, prefix, answerMsMax: 2000, node });
const announce = () => registry.announce(entry(node, { pid: process.pid }), Number(leaseMs));
await announce();
console.log("announced");
setInterval(() => void announce().catch(() => {}), Number(leaseMs) / 10);
