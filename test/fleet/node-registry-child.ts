/**
 * A process that keeps its card on a directory in Redis, as a node does, until it is killed. Says "announced" once.
 * Arguments: url, prefix, node, lease in ms.
 */
import { openRedisDirectory } from "../../server/fleet/redis-node-registry.ts";
import { card } from "./cards.ts";

const [url, prefix, node, leaseMs] = process.argv.slice(2) as [string, string, string, string];
const directory = await openRedisDirectory({ url, prefix, answerMsMax: 2000, node });
const announce = () => directory.announce(card(node, { pid: process.pid }), Number(leaseMs));
await announce();
console.log("announced");
setInterval(() => void announce().catch(() => {}), Number(leaseMs) / 10);
