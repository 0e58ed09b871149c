/**
 * Everything that a run uses: a fleet with queues of its own, its Redis, and the groups that queue. They are set up
 * and taken down here; the run uses them.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beginSession } from "../../../shared/client/sessions.ts";
import type { RandomState } from "../../../shared/game/deterministic/random.ts";
import { stepsPerSecondOf } from "../../bots/brains.ts";
import { InputTimer } from "../../bots/input-timer.ts";
import { FleetProcess } from "../../processes/fleet-process.ts";
import { RedisProcess } from "../../processes/redis-process.ts";
import type { PlayedGame } from "../../which-game.ts";
import { falseAnswers } from "./false-answers.ts";
import { Evidence } from "./history.ts";
import { Wire } from "./http.ts";
import { matchmakers } from "./kills.ts";
import { QueueingPlayer } from "./player.ts";
import { QueueGroup } from "./queue-group.ts";
import { pairs, type QueueOfRun, queueFile, queuesOfRun } from "./queues.ts";

/** Share of the players who are in parties of two, if a match has seats for two such parties. */
const inPartiesShare = 0.5;

export interface MatchmakingSetupOptions extends PlayedGame {
  /** The module that has the game, or "built-in"; for the servers. */
  readonly games: string;
  /** The caller created it and removes it. */
  readonly directory: string;
  readonly players: number;
  readonly rooms: number;
  readonly matchmakers: number;
  readonly seed: number;
}

export class MatchmakingSetup {
  readonly fleet: FleetProcess;
  readonly redis: RedisProcess;
  readonly groups: readonly QueueGroup[];
  readonly evidence: Evidence;
  readonly wire: Wire;
  /** Every instance by itself, and all of them behind the load balancer. */
  readonly origins: readonly string[];
  readonly queues: readonly QueueOfRun[];
  /** False answers are given from then on. */
  sabotaged = false;

  private constructor(parts: Pick<MatchmakingSetup, "fleet" | "redis" | "origins" | "evidence" | "queues">) {
    this.fleet = parts.fleet;
    this.redis = parts.redis;
    this.origins = parts.origins;
    this.evidence = parts.evidence;
    this.queues = parts.queues;
    this.wire = new Wire(falseAnswers(() => this.sabotaged));
    this.groups = [];
  }

  /** @throws Error when something does not start; then nothing is left running */
  static async setUp(options: MatchmakingSetupOptions): Promise<MatchmakingSetup> {
    const { directory, games } = options;
    const file = join(directory, "queues.json");
    const queues = queuesOfRun(options.game);
    await Promise.all([writeFile(file, queueFile(options)), mkdir(join(directory, "redis"))]);
    const redis = await RedisProcess.start(join(directory, "redis"));
    let fleet: FleetProcess | undefined;
    try {
      fleet = await FleetProcess.start({
        ...{ rooms: options.rooms, matchmakers: options.matchmakers, dataDir: join(directory, "fleet") },
        args: [
          ...["--redis-url", redis.url, "--queues", file, "--games", games],
          ...["--log-level", "warn", "--no-bots"],
        ],
      });
      const instances = (await matchmakers(fleet)).map(({ port }) => `http://127.0.0.1:${port}`);
      const parts = { fleet, redis, origins: [...instances, fleet.url], evidence: new Evidence(), queues };
      const setup = new MatchmakingSetup(parts);
      await setup.#gather(options);
      return setup;
    } catch (error) {
      await fleet?.stop();
      await redis.stop();
      throw error;
    }
  }

  get players(): readonly QueueingPlayer[] {
    return this.groups.flatMap(({ players }) => players);
  }

  /** How often the leads of the queues have changed, according to Redis. */
  async leads(): Promise<number> {
    const epochs = this.queues.map(async ({ name }) => {
      const row = await this.redis.ask(`GET holdfast:mm:{q:${name}}:r:epoch`);
      return Number(/"number":(\d+)/.exec(row)?.[1] ?? 0);
    });
    return (await Promise.all(epochs)).reduce((sum, epoch) => sum + epoch, 0);
  }

  async takeDown(): Promise<void> {
    await this.fleet.stop();
    await this.redis.stop();
  }

  async #gather({ players: count, seed, game }: MatchmakingSetupOptions): Promise<void> {
    const { origins, fleet, evidence, wire, queues } = this;
    const timer = new InputTimer(stepsPerSecondOf(game));
    const randomOf = (index: number): RandomState => ({
      random: (Math.imul(seed + 1, 0x9e3779b1) + Math.imul(index + 1, 0x85ebca6b)) >>> 0,
    });
    const players: QueueingPlayer[] = [];
    for (let index = 0; index < count; index++) {
      const name = `player-${index + 1}`;
      const { userId, token } = await beginSession({ url: origins }, name);
      const parts = { name, userId, token, origins, evidence, timer, game, fetch: wire.fetch };
      players.push(new QueueingPlayer({ ...parts, door: fleet.url, random: randomOf(index) }));
    }
    const share = queues.includes(pairs) ? inPartiesShare : 0;
    const inParties = Math.floor((count * share) / 2) * 2;
    const groups = this.groups as QueueGroup[];
    while (players.length > 0) {
      const size = players.length > count - inParties ? 2 : 1;
      const random = randomOf(count + groups.length);
      groups.push(new QueueGroup(players.splice(0, size), { random, evidence, queues }));
    }
  }
}
