/**
 * The tiny server as a process of its own: Colyseus' matchmaker is global to a process, and a match that moves
 * needs two. Obeys the orders of tiny-fleet.ts, over IPC, and ends with its parent.
 */
import { flushCompileCache } from "node:module";
import { endWithParent } from "../../client-sim/processes/ends-with-us.ts";
import { type Handover, type Knobs, startTinyServer } from "./tiny-match.ts";

export type Order =
  | { readonly order: "set"; readonly knobs: Partial<Knobs> }
  | { readonly order: "seen" }
  | { readonly order: "breakConnections" }
  | { readonly order: "handOver" }
  | { readonly order: "take"; readonly handover: Handover }
  | { readonly order: "sendAway" }
  | { readonly order: "forget" };

// What Node compiled is kept for the next one: a process that is killed does not do that by itself.
flushCompileCache();
const server = await startTinyServer();
endWithParent();
process.on("message", async (order: Order) => process.send?.({ answer: await obey(order) }));
process.send?.({ answer: server.url });

async function obey(order: Order): Promise<unknown> {
  switch (order.order) {
    case "set":
      Object.assign(server.knobs, order.knobs);
      return true;
    case "seen":
      return { seqs: server.knobs.seqsSeen, commands: server.knobs.commandsApplied.map(({ id }) => id) };
    case "breakConnections":
      server.breakConnections();
      return true;
    case "handOver":
      return server.handOver();
    case "take":
      await server.take(order.handover);
      return true;
    case "sendAway":
      await server.sendAway();
      return true;
    case "forget":
      await server.forget();
      return true;
  }
}
