/**
 * A match of the arena, played live on a store by players who wander and shoot at random, join, drop, come
 * back, leave and send commands. Keeps what was true live, tick by tick, for a replay to be compared with.
 */
import { Committer } from "../../../server/durability/committer.ts";
import type { Store } from "../../../server/durability/store.ts";
import { noHostMetrics } from "../../../server/match/host-metrics.ts";
import { LiveMatch } from "../../../server/match/live-match.ts";
import { newMatchState } from "../../../server/match/state.ts";
import { hashPlain } from "../../../shared/game/deterministic/hash.ts";
import { nextBelow } from "../../../shared/game/deterministic/random.ts";
import type { CommandAnswer } from "../../../shared/game/game.ts";
import { arena } from "../../../shared/games/arena/game.ts";

export const secretToken = "token-that-nobody-may-see";

interface LiveTick {
  readonly tick: number;
  /** The hash of the World. */
  readonly hash: string;
  readonly view: string;
  readonly seats: readonly string[];
}

export interface PlayedMatch {
  readonly live: LiveMatch<string>;
  /** Index is the tick; 0 is the state at creation. */
  readonly ticks: readonly LiveTick[];
  readonly answers: readonly { sessionId: string; id: number; answer: CommandAnswer }[];
}

const limits = {
  seatGraceTicks: 20,
  emptyTicksMax: Number.POSITIVE_INFINITY,
  aloneTicksMax: Number.POSITIVE_INFINITY,
  commandsPerSecondMax: 1e9,
  commandBytesPerSecondMax: 1e9,
  spectatorsMax: 2,
  commandsPendingMax: 4,
  unackedTicksMax: 10,
  gateBytesMax: 1e6,
  snapshotEveryTicks: 50,
  snapshotEveryBytes: 1e6,
};
/** Store writes are asynchronous; every tick waits until its record and its snapshot are kept. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

export async function playMatch(
  store: Store,
  { id, ticks, players = 4, seed = 11 }: { id: string; ticks: number; players?: number; seed?: number },
): Promise<PlayedMatch> {
  const options = { durationSeconds: 300, scoreLimit: 30 };
  const about = JSON.stringify({ game: "arena", version: arena.version, seed, options });
  const { epoch } = await store.create({ id, node: "here", about });
  const committer = new Committer({ store, later: (_, task) => setImmediate(task), onTrouble: () => {} });
  const state = newMatchState(arena, seed, options);
  const live = new LiveMatch<string>({
    ...{ id, epoch, game: arena, state, limits, store, committer, metrics: noHostMetrics },
    ...{ nowMs: () => 0, log: () => {}, deliver: () => {} },
  });
  const chance = { random: seed };
  const sequences = new Map<string, number>();
  live.attachRoom({
    takeInputs: (sessionId) => [randomInput(chance, sequences, sessionId)],
    patch: () => {},
    seatGone: () => {},
    frozen: () => {},
    over: () => {},
    stopped: () => {},
  });
  const played: LiveTick[] = [liveTick(live)];
  const answers: { sessionId: string; id: number; answer: CommandAnswer }[] = [];
  for (let tick = 1; tick <= ticks; tick++) {
    act(live, { tick, players, answers });
    live.tick();
    committer.flush();
    while (live.durableTick < live.match.tick) await settled();
    played.push(liveTick(live));
  }
  return { live, ticks: played, answers };
}

function act(
  live: LiveMatch<string>,
  { tick, players, answers }: { tick: number; players: number; answers: PlayedMatch["answers"][number][] },
): void {
  const { match } = live;
  const command = (sessionId: string, id: number, name: string, payload: unknown) =>
    void Promise.resolve(match.command(sessionId, { id, name, payload })).then((answer) =>
      answers.push({ sessionId, id, answer }),
    );
  if (tick <= players) {
    const sessionId = `session-${tick}`;
    match.join({ sessionId, userId: sessionId, name: `player ${tick}`, token: secretToken, spectate: false });
  }
  if (tick === players + 2) command("session-1", 1, "chat", { text: "hello there" });
  if (tick === players + 2) command("session-2", 1, "choose-weapon", { weapon: "rail" });
  if (tick === 30) match.drop("session-1");
  if (tick === 40) void match.comeBack("session-1");
  if (tick === 45) match.drop("session-2");
  if (tick === 90) match.leave("session-3");
}

function randomInput(chance: { random: number }, sequences: Map<string, number>, sessionId: string) {
  const seq = (sequences.get(sessionId) ?? 0) + 1;
  sequences.set(sessionId, seq);
  const moveX = nextBelow(chance, 255) - 127;
  const moveY = nextBelow(chance, 255) - 127;
  return { seq, moveX, moveY, aim: nextBelow(chance, 65536), buttons: nextBelow(chance, 2), seen: 0 };
}

function liveTick({ match: { state } }: LiveMatch<string>): LiveTick {
  return {
    tick: state.tick,
    hash: hashPlain(state.world),
    view: hashPlain(arena.view.of(state.world as never)),
    seats: state.seats.map(({ sessionId }) => sessionId),
  };
}
