/** Lets one fault happen to a running simulation; what lasts ends by itself. */

import type { Simulated } from "./build.ts";
import type { Fault } from "./faults.ts";

export function strike(simulated: Simulated, fault: Fault): void {
  const { scheduler, trace, nodes, players, trouble, registryServer, hitTaking } = simulated;
  trace.say(`fault: ${JSON.stringify(fault)}`);
  switch (fault.kind) {
    case "kill":
      nodes[fault.node]!.kill(fault.framesArrive, fault.forMs);
      break;
    case "kill-half":
      nodes
        .filter((_, number) => number % 2 === (fault.odd ? 1 : 0))
        .forEach((node) => {
          node.kill(true, fault.forMs);
        });
      break;
    case "hit-taking":
      hitTaking.add(fault);
      // Nothing may go wrong after the faults are over.
      scheduler.later(fault.forMs, () => hitTaking.delete(fault));
      break;
    case "stall":
      nodes[fault.node]!.stall(fault.forMs);
      break;
    case "drain":
      nodes[fault.node]!.drain();
      break;
    case "cut":
      if (fault.seen && fault.between !== "peers") nodes[fault.node]!.breakOff();
      lasts(nodes[fault.node]!.weather, fault);
      break;
    case "lossy":
    case "slow":
      lasts(nodes[fault.node]!.weather, fault);
      break;
    case "store-restart":
      lasts(trouble, fault);
      registryServer.restart(fault.keepsRegistry);
      break;
    case "store-full":
    case "store-down":
      lasts(trouble, fault);
      break;
    case "drop-client":
      players[fault.player]!.breakOff();
      break;
    case "poison":
      players[fault.player]!.poison();
      break;
  }

  function lasts<Lasting extends { forMs: number }>(conditions: Set<Lasting>, condition: Lasting): void {
    conditions.add(condition);
    scheduler.later(condition.forMs, () => conditions.delete(condition));
  }
}
