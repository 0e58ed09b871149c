/**
 * A node whose clocks the test moves, and a game by events: a bell that rings when its time is there, and what a body is
 * told of a match.
 */
import { z } from "zod";
import { Committer } from "../../server/durability/committer.ts";
import type { Store } from "../../server/durability/store.ts";
import type { AskParts } from "../../server/match/asks/match-asks.ts";
import { MatchHost } from "../../server/match/host.ts";
import type { HostLimits } from "../../server/match/host-limits.ts";
import type { LiveMatch } from "../../server/match/live-match.ts";
import { Ticker } from "../../server/match/ticker.ts";
import { defineGame } from "../../shared/game/define-game.ts";
import type { AnyGame, NumericInput } from "../../shared/game/game.ts";
import { bool, u32 } from "../../shared/game/view/scalars.ts";
import type { FakeClock } from "../../testkit/fake-clock.ts";

export interface BellWorld {
  ringsAt: number | null;
  rung: number[];
  /** The match time of every step. */
  steps: number[];
  pressed: number;
}

export const bell = defineGame({
  ...{ name: "bell", version: 1, rate: "events", tickRate: 10, seats: [0, 4] },
  options: z.object({}),
  input: { pressed: bool },
  commands: { ringIn: z.object({ ms: z.int() }), throws: z.object({}), no: z.object({}) },
  view: { rung: u32 },
  create: (): BellWorld => ({ ringsAt: null, rung: [], steps: [], pressed: 0 }),
  step(world, tick) {
    world.steps.push(tick.now);
    for (const command of tick.commands) {
      if (command.name === "throws") throw new Error("as asked");
      if (command.name === "ringIn") world.ringsAt = tick.now + command.payload.ms;
    }
    for (const { inputs } of tick.inputs) world.pressed += inputs.length;
    if (world.ringsAt === null || tick.now < world.ringsAt) return;
    world.rung.push(tick.now);
    world.ringsAt = null;
  },
  wakeAt: ({ ringsAt }) => ringsAt ?? undefined,
  see: ({ rung }) => ({ rung: rung.length }),
});

const limits: HostLimits = {
  ...{ seatGraceSeconds: 30, emptySeconds: 0, aloneSeconds: 0, emptyPerUserMax: 0, emptyPerAddressMax: 0 },
  ...{ seatsPerUserMax: 0, commandsPerSecondMax: 2, commandBytesPerSecondMax: 1e9, spectatorsMax: 2 },
  ...{ commandsPendingMax: 4, unackedTicksMax: 3, gateBytesMax: 10_000, snapshotEverySeconds: 600 },
  ...{ snapshotEveryBytes: 1e6, matchesMax: 100 },
};

const nothing = () => {};
export const turns = async () => {
  for (let left = 10; left > 0; left--) await new Promise<void>((resolve) => setImmediate(resolve));
};

interface NodeOptions {
  readonly games?: readonly AnyGame[];
  readonly limits?: Partial<HostLimits>;
  readonly asks?: AskParts;
}

export function nodeAt(
  clock: FakeClock,
  store: Store,
  { games = [bell], limits: other, ...more }: NodeOptions = {},
) {
  const committer = new Committer({ store, later: (_, task) => setImmediate(task), onTrouble: nothing });
  const logged: string[] = [];
  const ticker = new Ticker({
    ...{ nowMs: clock.now, later: clock.later, onLateness: nothing, onSlowed: nothing },
    afterSlot: () => committer.flushUrgent(),
  });
  const host = new MatchHost<string>({
    ...{ node: "n", games, store, committer, ticker, limits: { ...limits, ...other } },
    ...{ nowMs: clock.now, unixMs: clock.now, seed: () => 7, deliver: nothing },
    log: (message) => logged.push(message),
    ...more,
  });
  const start = (live: LiveMatch<string>) => {
    const told: string[] = [];
    const inputs: NumericInput[] = [];
    const room = { expected: false };
    live.attachRoom({
      expected: () => room.expected,
      takeInputs: (_, max) => inputs.splice(0, max),
      patch: () => undefined,
      seatGone: (sessionId) => told.push(`gone ${sessionId}`),
      frozen: (frozen) => told.push(frozen ? "frozen" : "resumed"),
      over: ({ reason }) => told.push(`over ${reason}`),
      stopped: ({ code }) => told.push(code),
    });
    host.start(live);
    return { live, told, inputs, room, world: () => live.match.state.world as BellWorld };
  };
  const open = async (id = "m", game = games[0]!) => {
    const opened = await host.open(id, game, {});
    if (!opened.ok) throw new Error(opened.detail);
    return start(opened.live);
  };
  const restored = async (id = "m") => {
    const outcome = await host.restoreOne((await store.find(id))!);
    if (outcome.kind !== "restored") throw new Error(outcome.reason);
    return start(host.take(id)!);
  };
  /** Time passes, and the store answers meanwhile. */
  const pass = async (ms: number, pieceMs = Math.max(1, ms / 20)) => {
    for (let left = ms; left > 0; left -= pieceMs) {
      clock.advance(Math.min(left, pieceMs));
      await turns();
    }
  };
  return { host, committer, open, restored, pass, start, logged };
}

export function sit(live: LiveMatch<string>, name: string): Promise<void> {
  const joined = live.match.join({
    ...{ sessionId: name, userId: name, name, token: name },
    spectate: false,
  });
  if (!joined.ok) throw new Error(joined.reason);
  return joined.applied;
}
