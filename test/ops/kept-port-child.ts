/** Listens on the socket that its parent keeps, and answers every connection with its own number. */
import { createServer } from "node:net";
import { endWithParent } from "../../client-sim/processes/ends-with-us.ts";

const server = createServer((socket) => socket.on("error", () => {}).end(String(process.pid)));
server.listen({ fd: 4 }, 65_535, () => process.send?.("ready"));
endWithParent();
