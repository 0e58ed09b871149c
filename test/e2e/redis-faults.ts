/**
 * What may happen to the Redis of a fleet, each begun and ended by the test: the master's process, its settings, and
 * the balancer that leads to it. Owns two servers, of which one is master and the other its replica, and the balancer.
 */
import { Balancer } from "../durability/balancer.ts";
import { RedisServer } from "../durability/redis-server.ts";
import { eventually } from "./server-child.ts";

const settings = { appendonly: "yes", "repl-diskless-sync-delay": "0" };

export class RedisPair {
  readonly balancer: Balancer;
  #master: RedisServer;
  #spare: RedisServer;

  private constructor(master: RedisServer, spare: RedisServer, balancer: Balancer) {
    this.#master = master;
    this.#spare = spare;
    this.balancer = balancer;
  }

  static async start(): Promise<RedisPair> {
    // Alike, so that either comes back as a master that can be told otherwise.
    const [master, spare] = [await RedisServer.start(settings), await RedisServer.start(settings)];
    const pair = new RedisPair(master, spare, await Balancer.before(master));
    await pair.follow();
    return pair;
  }

  get master(): RedisServer {
    return this.#master;
  }

  get spare(): RedisServer {
    return this.#spare;
  }

  /** Each of them: what nobody outside may be told. */
  get ports(): readonly string[] {
    return [this.balancer.url.split(":").at(-1)!, String(this.#master.port), String(this.#spare.port)];
  }

  /** The master dies, the replica takes its place, and the dead one comes back as its replica. */
  async failOver(): Promise<void> {
    const [dead, next] = [this.#master, this.#spare];
    await dead.stop("SIGKILL");
    await next.command("REPLICAOF", "NO", "ONE");
    [this.#master, this.#spare] = [next, dead];
    this.balancer.point(next, "cut");
  }

  async repair(): Promise<void> {
    await this.#spare.start();
    await this.follow();
  }

  /** The spare one has what the master has. */
  async follow(): Promise<void> {
    await this.#spare.command("REPLICAOF", "127.0.0.1", this.#master.port);
    await eventually(
      async () =>
        String(await this.#spare.command("INFO", "replication")).includes("master_link_status:up") ||
        undefined,
      { what: "the replica's link" },
    );
  }

  async close(): Promise<void> {
    this.balancer.close();
    await this.#master.dispose();
    await this.#spare.dispose();
  }
}

export interface Fault {
  readonly name: string;
  /** Whether Redis answers while it lasts; then a request may well succeed. */
  readonly begin: (redis: RedisPair) => Promise<void> | void;
  readonly end: (redis: RedisPair) => Promise<void> | void;
}

const config = (name: string, value: string) => async (redis: RedisPair) => {
  await redis.master.command("CONFIG", "SET", name, value);
};

export const faults: readonly Fault[] = [
  {
    name: "stopped",
    begin: ({ master }) => master.signal("SIGSTOP"),
    end: ({ master }) => master.signal("SIGCONT"),
  },
  {
    name: "silent",
    begin: ({ balancer }) => balancer.fallSilent(),
    end: ({ balancer }) => balancer.heal(),
  },
  {
    name: "cut, and silent to who comes back",
    begin: ({ balancer }) => {
      balancer.fallSilent();
      balancer.cut();
    },
    end: ({ balancer }) => balancer.heal(),
  },
  {
    name: "slow",
    begin: ({ balancer }) => balancer.slowDown(60),
    end: ({ balancer }) => balancer.heal(),
  },
  {
    name: "refusing",
    begin: ({ balancer }) => balancer.refuse(),
    end: ({ balancer }) => balancer.heal(),
  },
  { name: "full", begin: config("maxmemory", "1"), end: config("maxmemory", "0") },
  {
    name: "short of replicas",
    begin: config("min-replicas-to-write", "9"),
    end: config("min-replicas-to-write", "0"),
  },
  {
    name: "a replica that takes no writes",
    begin: ({ balancer, spare }) => balancer.point(spare, "cut"),
    end: ({ balancer, master }) => balancer.point(master, "cut"),
  },
  {
    name: "restarted",
    begin: ({ master }) => master.stop("SIGTERM"),
    end: async (redis) => {
      await redis.master.start();
      await redis.follow();
    },
  },
  {
    name: "failed over",
    begin: (redis) => redis.failOver(),
    end: (redis) => redis.repair(),
  },
];
