/** Objects of clients over a restore: what was there before the crash is the same object after it, in the plain decoder. */
import { getDecoderStateCallbacks } from "@colyseus/schema";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { changesOf } from "../../server/room/lasting-refs.ts";
import { defineGame } from "../../shared/game/define-game.ts";
import { list, map } from "../../shared/game/view/composed.ts";
import { u32 } from "../../shared/game/view/scalars.ts";
import { after, begun, type MatchOwner } from "./match-owner.ts";
import { Onlooker } from "./viewing.ts";

const things = defineGame({
  ...{ name: "lasting", version: 1, tickRate: 20, seats: [1, 2], options: z.object({}) },
  commands: { show: z.object({ ids: z.array(z.string()) }) },
  view: { tick: u32, things: map({ n: u32, parts: list({ n: u32 }) }) },
  create: (): { tick: number; ids: string[] } => ({ tick: 0, ids: ["a", "constructor", "x/y"] }),
  step(world, { tick, commands }) {
    world.tick = tick;
    for (const { payload, answer } of commands) {
      world.ids = payload.ids;
      answer(true);
    }
  },
  see: ({ tick, ids }) => ({
    tick,
    things: Object.fromEntries(ids.map((id) => [id, { n: tick, parts: [{ n: tick }, { n: 2 }] }])),
  }),
  outcome: () => undefined,
});

interface Thing {
  readonly n: number;
  readonly parts: readonly { readonly n: number }[];
}

const seen = ({ state }: Onlooker) => (state as unknown as { things: Map<string, Thing> }).things;

/** What a client's listeners of the map hear from now on. */
function heard(onlooker: Onlooker): string[] {
  const said: string[] = [];
  const callbacks = getDecoderStateCallbacks(onlooker.decoder as never) as unknown as (of: object) => {
    readonly things: Record<
      "onAdd" | "onRemove",
      (callback: (_: unknown, key: string) => void, now?: boolean) => void
    >;
  };
  const { things: entries } = callbacks(onlooker.state);
  entries.onAdd((_, key) => said.push(`+${key}`), false);
  entries.onRemove((_, key) => said.push(`-${key}`));
  return said;
}

async function ticks(owner: MatchOwner, count: number): Promise<void> {
  for (let tick = 0; tick < count; tick++) await owner.tick();
}

describe("over a restore", () => {
  it("[P5.21] what was there before is the same object for a client, nothing is added or removed, and it goes on changing", async () => {
    const owner = await begun(things);
    const ada = new Onlooker(0);
    owner.admit("0", ada);
    await ticks(owner, 50);
    const before = [...seen(ada)].map(([key, thing]) => [key, thing, thing.parts[1]] as const);
    expect(before.map(([key]) => key)).toEqual(["a", "~constructor", "x/y"]);
    const said = heard(ada);
    const next = await after(owner, { 0: ada });
    await ticks(next, 3);
    for (const [key, thing, part] of before) {
      expect(seen(ada).get(key)).toBe(thing);
      expect(seen(ada).get(key)!.parts[1]).toBe(part);
      expect(thing.n).toBe(next.live.match.tick);
    }
    expect(said).toEqual([]);
  });

  it("[P5.21] also over several, from a snapshot, and for who came between; what came a moment ago is new", async () => {
    let owner = await begun(things);
    const ada = new Onlooker(0);
    owner.admit("0", ada);
    await ticks(owner, 50);
    const first = seen(ada).get("a")!;
    const ben = new Onlooker(1);
    for (let epoch = 0; epoch < 3; epoch++) {
      owner = await after(owner, { 0: ada, ...(epoch > 0 && { 1: ben }) });
      if (epoch === 0) owner.admit("1", ben);
      await ticks(owner, 45);
      await owner.live.park();
      expect(seen(ada).get("a")).toBe(first);
    }
    owner.show(1, { ids: ["a", "new"] });
    await ticks(owner, 2);
    const said = [heard(ada), heard(ben)];
    owner = await after(owner, { 0: ada, 1: ben });
    await ticks(owner, 2);
    for (const each of [ada, ben])
      expect(things.view.read(each.state as never)).toEqual(
        things.view.of(owner.live.match.state.world as never),
      );
    expect(seen(ada).get("a")).toBe(first);
    for (const each of said) expect(each.filter((word) => word.slice(1) !== "new")).toEqual([]);
  });
});

it("[P5.3] [P5.21] whatever comes, goes and comes again around crashes, clients have what is seen", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ ids: fc.subarray(["a", "b", "c", "d"]), ticks: fc.nat(30), crash: fc.boolean() }),
        { minLength: 1, maxLength: 8 },
      ),
      async (acts) => {
        let owner = await begun(things);
        const ada = new Onlooker(0);
        owner.admit("0", ada);
        for (const [at, { ids, ticks: count, crash }] of acts.entries()) {
          owner.show(at + 1, { ids });
          await ticks(owner, count + 1);
          if (crash) owner = await after(owner, { 0: ada });
          await ticks(owner, 2);
          expect(things.view.read(ada.state as never)).toEqual(
            things.view.of(owner.live.match.state.world as never),
          );
        }
      },
    ),
    { numRuns: 25 },
  ));

it("[P6.19] ids of so many objects are kept, of those that were there first, and those of what is gone are let go", () => {
  const now = new Map(Array.from({ length: 3000 }, (_, id) => [`/0/${id}`, 5000 + id]));
  const { set = [] } = changesOf({}, now, () => true)!;
  expect(set).toHaveLength(2048);
  const kept = Object.fromEntries(set);
  expect(changesOf(kept, now, () => true)).toBeUndefined();
  now.delete("/0/7");
  now.set("/0/8", 9999);
  const next = changesOf(kept, now, (path) => path !== "/0/2999")!;
  expect(next.gone).toEqual(["/0/7"]);
  expect(next.set).toEqual([
    ["/0/8", 9999],
    ["/0/2048", 7048],
  ]);
  expect(changesOf({}, new Map([["/0/1", 1]]), () => false)).toBeUndefined();
});
