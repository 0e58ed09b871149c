/** A match host with its own committer, as one node of several over one store; matches get a body that does nothing. */
import { Committer } from "../../server/durability/committer.ts";
import type { Store } from "../../server/durability/store.ts";
import type { AskParts } from "../../server/match/asks/match-asks.ts";
import { type EndedMatch, MatchHost } from "../../server/match/host.ts";
import type { HostMetrics } from "../../server/match/host-metrics.ts";
import type { GatePolicy } from "../../server/match/life/life.ts";
import type { LiveMatch } from "../../server/match/live-match.ts";
import { Ticker } from "../../server/match/ticker.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";
import { settled } from "./live-setup.ts";
import { type TallyWorld, tally } from "./tally.ts";

const limits = {
  seatGraceSeconds: 30,
  emptySeconds: 0,
  emptyPerUserMax: 0,
  emptyPerAddressMax: 0,
  seatsPerUserMax: 0,
  aloneSeconds: 0,
  commandsPerSecondMax: 1e9,
  commandBytesPerSecondMax: 1e9,
  spectatorsMax: 2,
  commandsPendingMax: 4,
  unackedTicksMax: 60,
  gateBytesMax: 10_000,
  snapshotEverySeconds: 600,
  snapshotEveryBytes: 1e6,
  matchesMax: 100,
};
const nothing = () => {};

export interface WideWorld extends TallyWorld {
  /** Ticks since the World has it. */
  bonus: number;
}

/** The next version of the game: another shape, and rules under which an old record says something else. */
export const tally2: AnyGame = {
  ...tally,
  version: 2,
  migrate: (world, fromVersion) => {
    if (fromVersion !== 1) throw new Error(`no way from ${fromVersion}`);
    return { ...(world as TallyWorld), bonus: 0 };
  },
  step: (world: WideWorld, record: Parameters<typeof tally.step>[1]) => {
    world.bonus += 1;
    return tally.step(world, record);
  },
  create: (seed, options) => ({ ...tally.create(seed, options), bonus: 0 }),
};

export const withoutMigrate: AnyGame = { ...tally2, migrate: undefined } as never;

interface Opening {
  readonly origin?: MatchOrigin;
  readonly options?: object;
}

interface NodeOptions {
  readonly gate?: GatePolicy;
  readonly limits?: Partial<typeof limits>;
  readonly metrics?: HostMetrics;
  readonly settle?: (ended: EndedMatch) => Promise<void>;
  readonly developing?: boolean;
  readonly asks?: AskParts;
  readonly nowMs?: () => number;
}

export function nodeOn(
  store: Store,
  name: string,
  games: readonly AnyGame[] = [tally],
  { gate = "strict", limits: other = {}, ...more }: NodeOptions = {},
) {
  const committer = new Committer({ store, later: (_, task) => void setImmediate(task), onTrouble: nothing });
  const logged: string[] = [];
  const slots: (() => void)[] = [];
  const host = new MatchHost<string>({
    ...{
      node: name,
      games,
      store,
      committer,
      nowMs: () => 0,
      unixMs: () => 0,
      limits: { ...limits, gate, ...other },
    },
    ticker: new Ticker({
      ...{ nowMs: () => 0, onLateness: nothing, onSlowed: nothing, afterSlot: nothing },
      later: (_, run) => slots.push(run),
    }),
    seed: () => 7,
    log: (message) => logged.push(message),
    deliver: nothing,
    ...more,
  });
  const bodied = (live: LiveMatch<string>) => {
    const told: string[] = [];
    live.attachRoom({
      takeInputs: () => [],
      patch: () => undefined,
      seatGone: nothing,
      frozen: nothing,
      over: nothing,
      stopped: ({ code }) => told.push(code),
    });
    return { live, told };
  };
  const play = async (live: LiveMatch<string>, ticks: number) => {
    for (let i = 0; i < ticks; i++) {
      live.tick();
      committer.flush();
      await settled();
    }
  };
  /** A new match of the node's first game, with one player. */
  const open = async (id: string, ticks: number, { origin, options = {} }: Opening = {}) => {
    const opened = await host.open(id, games[0]!, options, { origin });
    if (!opened.ok) throw new Error(opened.detail);
    bodied(opened.live);
    opened.live.match.join({ sessionId: "a", userId: "a", name: "a", token: "t", spectate: false });
    await play(opened.live, ticks);
    return opened.live;
  };
  /** What the store's entry of `id` leads to here. */
  const restore = async (id: string) => host.restoreOne((await store.find(id))!);
  const live = (id: string) => bodied(host.all().find((each) => each.live.id === id)!.live).live;
  /** One tick of everything that was started. */
  const period = () => {
    for (let slot = 0; slot < 8; slot++) slots.shift()!();
  };
  return { host, committer, play, open, restore, live, period, logged };
}
