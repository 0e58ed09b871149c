/** Listens on the socket that its parent keeps, and answers every connection with its own number. */
import { flushCompileCache } from "node:module";
import { createServer } from "node:net";
import { endWithParent } from "../../client-sim/processes/ends-with-us.ts";

// What Node compiled is kept for the next one: a process that is killed does not do that by itself.
flushCompileCache();
const server = createServer((socket) => socket.on("error", () => {}).end(String(process.pid)));
server.listen({ fd: 4 }, 65_535, () => process.send?.("ready"));
endWithParent();
