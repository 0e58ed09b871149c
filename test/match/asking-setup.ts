/** Nodes whose games ask, over one store and one shop, with a clock that the test moves; and what happens to their match. */
import { expect } from "vitest";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { CallPlaces } from "../../server/match/asks/call-places.ts";
import { noHostMetrics } from "../../server/match/host-metrics.ts";
import type { LiveMatch } from "../../server/match/live-match.ts";
import { nowhere } from "../../shared/game/handlers.ts";
import { FakeClock } from "../../testkit/fake-clock.ts";
import { type AskingWorld, asking, Shop } from "./asking-game.ts";
import { nodeOn } from "./host-setup.ts";
import { settled } from "./live-setup.ts";

export function setUp({ shop = new Shop(), placesMax = 100, store = new MemoryStore() } = {}) {
  const clock = new FakeClock();
  const ended: string[] = [];
  const metrics = { ...noHostMetrics, askEnded: (result: string) => void ended.push(result) };
  let nodes = 0;
  const newNode = (more: Parameters<typeof nodeOn>[3] = {}) =>
    nodeOn(store, `n${++nodes}`, [asking], {
      asks: {
        handlers: shop.handlers,
        locate: nowhere,
        places: new CallPlaces(placesMax),
        timer: clock.later,
      },
      nowMs: clock.now,
      metrics,
      ...more,
    });
  return { shop, store, clock, ended, newNode };
}

export type AskingNode = ReturnType<typeof nodeOn>;

export const worldOf = (live: LiveMatch<string>) => live.match.state.world as AskingWorld;

let ids = 0;
/** The id of the last command. */
export const lastId = () => ids;
export function wish(live: LiveMatch<string>, payload: object): void {
  ids += 1;
  void live.match.command("a", { id: ids, name: "say", payload });
}

/** A tick whose record the store does not have yet. */
export async function tick(live: LiveMatch<string>): Promise<void> {
  live.tick();
  await settled();
}

export async function opened(node: AskingNode): Promise<LiveMatch<string>> {
  return node.open("m", 1);
}

/** The node dies: nothing of it happens any more. Another one has the match. */
export async function failover(next: AskingNode): Promise<LiveMatch<string>> {
  expect(await next.restore("m")).toEqual({ kind: "restored" });
  return next.live("m");
}
