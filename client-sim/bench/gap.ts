/**
 * How long players wait when the server is killed: from the SIGKILL to the first patch of the new connection,
 * for each of 64 players (or a few more, to fill
 * the last match). Half of them use our client, half the plain Colyseus SDK; the server runs under its
 * supervisor, as with `npm start`.
 */
import { joinMatch } from "../../shared/client/follow-match.ts";
import { RandomBrain } from "../bots/any-game/random-brain.ts";
import { stepsPerSecondOf } from "../bots/brains.ts";
import type { Connection } from "../bots/connection.ts";
import { type InputSource, InputTimer } from "../bots/input-timer.ts";
import { joinPlainly } from "../chaos/workload/plain-connection.ts";
import { rank } from "../percentiles.ts";
import { startServer } from "../processes/server-process.ts";
import { type BenchGame, goalIn } from "./bench-game.ts";
import { pause } from "./load.ts";
import { type BenchResult, result } from "./result.ts";
import { withTemporaryDirectory } from "./sample.ts";

const players = 64;
/** The plain SDK reconnects only if it was connected for 5 s. */
const calmSeconds = 6.5;
const backMsMax = 20_000;

export interface Gaps {
  readonly helper: readonly number[];
  readonly plain: readonly number[];
}

/** @throws when a player does not come back */
export function measureGaps(
  kills: number,
  played: BenchGame,
  progress: (text: string) => void,
): Promise<Gaps> {
  return withTemporaryDirectory(async (dataDir) => {
    const args = ["--log-level", "error", ...played.flags];
    const server = await startServer({ dataDir, supervised: true, args });
    const timer = new InputTimer(stepsPerSecondOf(played.game));
    const all: GapClient[] = [];
    try {
      progress(`gap: ${playersOf(played)} players join`);
      while (all.length < playersOf(played)) all.push(...(await fill(server.url, played)));
      for (const player of all) timer.add(player);
      for (let kill = 1; kill <= kills; kill++) {
        await pause(calmSeconds);
        progress(`gap: kill ${kill} of ${kills}`);
        const back = all.map((player) => player.back());
        if (!server.kill()) throw new Error("the server died by itself");
        await Promise.all(back);
        await server.ready(backMsMax);
      }
    } finally {
      for (const player of all) timer.remove(player);
      await Promise.all(all.map(({ connection }) => connection.leave()));
      await server.stop();
    }
    const gapsOf = (plain: boolean) =>
      all.filter((each) => each.plain === plain).flatMap(({ gapsMs }) => gapsMs);
    return { helper: gapsOf(false), plain: gapsOf(true) };
  });
}

/** Full matches. */
const playersOf = ({ seats }: BenchGame) => Math.ceil(players / seats) * seats;

export function gapResults({ helper, plain }: Gaps, played: BenchGame): BenchResult[] {
  const at = (gaps: readonly number[], part: number) => [rank(Float64Array.from(gaps).sort(), part)];
  const all = [...helper, ...plain];
  const name = (part: string) => `gap after a kill ${part}, ${playersOf(played)} clients`;
  return [
    result(name("p50"), "ms", at(all, 0.5), goalIn(played, { atMost: 800 })),
    result(name("p99"), "ms", at(all, 0.99), goalIn(played, { atMost: 1500 })),
    result("gap p50, our client", "ms", at(helper, 0.5)),
    result("gap p99, our client", "ms", at(helper, 0.99)),
    result("gap p50, plain SDK", "ms", at(plain, 0.5)),
    result("gap p99, plain SDK", "ms", at(plain, 0.99)),
  ];
}

/** Fills a new match, half of its players on the plain SDK. */
async function fill(url: string, { game, options, seats }: BenchGame): Promise<GapClient[]> {
  const first = await joinPlainly(url, (client) => client.create(game.name, { name: "first", options }));
  const { matchId } = first;
  const brain = () => new RandomBrain(game, { random: { random: 7 } });
  const filled = [new GapClient(first, true, brain())];
  for (let seat = 1; seat < seats; seat++) {
    const plain = seat % 2 === 0;
    const name = `player ${seat}`;
    const connection = plain
      ? await joinPlainly(url, (client) => client.joinById(matchId, { name }))
      : await joinMatch({ url, game: game.name, name, matchId });
    filled.push(new GapClient(connection, plain, brain()));
  }
  return filled;
}

class GapClient implements InputSource {
  readonly connection: Connection;
  readonly plain: boolean;
  readonly gapsMs: number[] = [];
  readonly #brain: RandomBrain;
  #onPatch: () => void = () => {};

  constructor(connection: Connection, plain: boolean, brain: RandomBrain) {
    this.connection = connection;
    this.plain = plain;
    this.#brain = brain;
    connection.onPatch(() => this.#onPatch());
  }

  /** Inputs alone: who returns is shown the match also when nobody does anything. */
  step(): void {
    const { input } = this.#brain.next({}, 0, true);
    if (input !== undefined) this.connection.sendInput(input);
  }

  /** Call it right before the kill. It records the gap and resolves at the first patch of the next connection. */
  async back(): Promise<void> {
    const killedMs = performance.now();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = setTimeout(
      () => reject(new Error(`a player was not back after ${backMsMax} ms`)),
      backMsMax,
    );
    let dropped = false;
    // A patch that was in flight when the server died still arrives over the old connection.
    const forget = this.connection.onState((state) => {
      if (state.kind === "reconnecting") dropped = true;
      if (state.kind === "left")
        reject(new Error(`a player lost its seat: code ${state.code}, ${state.reason}`));
    });
    this.#onPatch = () => {
      if (!dropped) return;
      this.gapsMs.push(performance.now() - killedMs);
      resolve();
    };
    try {
      await promise;
    } finally {
      clearTimeout(late);
      forget();
      this.#onPatch = () => {};
    }
  }
}
