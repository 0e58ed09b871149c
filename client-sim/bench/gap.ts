/**
 * How long players wait when the server is killed: from the SIGKILL to the first patch of the new connection,
 * for each of 64 players. Half of them use our client, half the plain Colyseus SDK; the server runs under its
 * supervisor, as with `npm start`.
 */
import { joinMatch } from "../../shared/client/follow-match.ts";
import { nextBelow, type RandomState } from "../../shared/game/deterministic/random.ts";
import type { ArenaInput } from "../../shared/games/arena/input.ts";
import type { ArenaView } from "../../shared/games/arena/view-schema.ts";
import type { Connection } from "../bots/connection.ts";
import { type InputSource, InputTimer } from "../bots/input-timer.ts";
import { joinPlainly } from "../chaos/workload/plain-connection.ts";
import { rank } from "../percentiles.ts";
import { startServer } from "../processes/server-process.ts";
import { pause } from "./load.ts";
import { type BenchResult, result } from "./result.ts";
import { withTemporaryDirectory } from "./sample.ts";

const players = 64;
const seats = 8;
const inputsPerSecond = 30;
/** The plain SDK reconnects only if it was connected for 5 s. */
const calmSeconds = 6.5;
const backMsMax = 20_000;
/** Goals out of reach, so that no match ends during a measurement. */
const options = { durationSeconds: 3600, scoreLimit: 1000 };

export interface Gaps {
  readonly helper: readonly number[];
  readonly plain: readonly number[];
}

/** @throws when a player does not come back */
export function measureGaps(kills: number, progress: (text: string) => void): Promise<Gaps> {
  return withTemporaryDirectory(async (dataDir) => {
    const server = await startServer({ dataDir, supervised: true, args: ["--log-level", "error"] });
    const timer = new InputTimer(inputsPerSecond);
    const all: GapClient[] = [];
    try {
      progress(`gap: ${players} players join`);
      for (let match = 0; match < players / seats; match++) all.push(...(await fill(server.url)));
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

export function gapResults({ helper, plain }: Gaps): BenchResult[] {
  const at = (gaps: readonly number[], part: number) => [rank(Float64Array.from(gaps).sort(), part)];
  const all = [...helper, ...plain];
  return [
    result(`gap after a kill p50, ${players} clients`, "ms", at(all, 0.5), { atMost: 800 }),
    result(`gap after a kill p99, ${players} clients`, "ms", at(all, 0.99), { atMost: 1500 }),
    result("gap p50, our client", "ms", at(helper, 0.5)),
    result("gap p99, our client", "ms", at(helper, 0.99)),
    result("gap p50, plain SDK", "ms", at(plain, 0.5)),
    result("gap p99, plain SDK", "ms", at(plain, 0.99)),
  ];
}

/** Fills a new match, half of its players on the plain SDK. */
async function fill(url: string): Promise<GapClient[]> {
  const first = await joinPlainly(url, (client) => client.create("arena", { name: "first", options }));
  const { matchId } = first;
  const filled = [new GapClient(first, true)];
  for (let seat = 1; seat < seats; seat++) {
    const plain = seat % 2 === 0;
    const name = `player ${seat}`;
    const connection = plain
      ? await joinPlainly(url, (client) => client.joinById(matchId, { name }))
      : await joinMatch<ArenaInput, ArenaView>({ url, game: "arena", name, matchId });
    filled.push(new GapClient(connection, plain));
  }
  return filled;
}

class GapClient implements InputSource {
  readonly connection: Connection;
  readonly plain: boolean;
  readonly gapsMs: number[] = [];
  readonly #random: RandomState = { random: 7 };
  #onPatch: () => void = () => {};

  constructor(connection: Connection, plain: boolean) {
    this.connection = connection;
    this.plain = plain;
    connection.onPatch(() => this.#onPatch());
  }

  step(): void {
    const random = this.#random;
    const move = { moveX: nextBelow(random, 255) - 127, moveY: nextBelow(random, 255) - 127 };
    this.connection.sendInput({ ...move, aim: nextBelow(random, 65536), buttons: nextBelow(random, 2) });
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
    const forget = this.connection.onState(({ kind }) => {
      if (kind === "reconnecting") dropped = true;
      if (kind === "left") reject(new Error("a player lost its seat"));
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
