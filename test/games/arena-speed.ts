/**
 * Not a test: what a tick of the arena costs, in µs, and as a share of packing the same World with msgpackr
 * in the same run. `node_modules/.bin/node test/games/arena-speed.ts`
 */
import { Encoder } from "@colyseus/schema";
import { pack } from "msgpackr";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { arena } from "../../shared/games/arena/game.ts";
import { botInputs } from "../../shared/games/arena/rules/bots.ts";
import { playScripted } from "./scripted-match.ts";

const seed = 7;
const warmUpRounds = 2;

for (const { players, bots } of [
  { players: 8, bots: [] },
  { players: 16, bots: [] },
  { players: 1, bots: [1, 2, 3, 4, 5, 6, 7, 8] },
]) {
  const { records } = playScripted({ seed, players, bots, ticks: 4500 });
  for (let round = 0; round <= warmUpRounds; round++) {
    const cost = { step: 0, bots: 0, write: 0, encode: 0, hash: 0, pack: 0 };
    const measure = (what: keyof typeof cost, work: () => void): void => {
      const start = performance.now();
      work();
      cost[what] += performance.now() - start;
    };
    const world = arena.create(seed, { scoreLimit: 1000, bots });
    const view = arena.view.create();
    const encoder = new Encoder(view);
    let patches = 0;
    for (const record of records) {
      // Thinking is a part of the step; measured once more on a copy, since it changes what it thinks with.
      const copy = bots.length > 0 ? structuredClone(world) : world;
      measure("bots", () => botInputs(copy));
      measure("step", () => arena.step(world, record));
      measure("hash", () => hashPlain(world));
      measure("pack", () => pack(world));
      if (record.tick % 3 === 0) continue; // 20 patches for 30 ticks
      patches++;
      measure("write", () => arena.view.write(view, world));
      measure("encode", () => encoder.encode());
      encoder.discardChanges();
    }
    if (round === warmUpRounds)
      report({ players, bots: bots.length }, cost, { ticks: records.length, patches });
  }
}

function report(
  who: { readonly players: number; readonly bots: number },
  cost: Readonly<Record<string, number>>,
  { ticks, patches }: { ticks: number; patches: number },
): void {
  const packMs = cost.pack! / ticks;
  const parts = Object.entries(cost).map(([what, totalMs]) => {
    const eachMs = totalMs / (what === "write" || what === "encode" ? patches : ticks);
    return `${what} ${(eachMs * 1000).toFixed(1)} µs (${(eachMs / packMs).toFixed(2)})`;
  });
  console.log(`${who.players} players, ${who.bots} bots: ${parts.join(", ")}`);
}
