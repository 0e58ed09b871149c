/** Real nodes of a fleet on one real Redis, for tests: started with a port of their own, killed with real signals. */
import { freePort } from "../../client-sim/processes/free-port.ts";
import { RedisServer } from "../durability/redis-server.ts";
import { endServerChildren, type ServerChild, startServerChild } from "./server-child.ts";

export class FleetNodes {
  readonly redis: RedisServer;
  readonly #flags: readonly string[];

  private constructor(redis: RedisServer, flags: readonly string[]) {
    this.redis = redis;
    this.#flags = flags;
  }

  /** @param flags of every node */
  static async start(flags: readonly string[] = []): Promise<FleetNodes> {
    return new FleetNodes(await RedisServer.start(), flags);
  }

  /** @param port default: a free one. A node that comes back takes the one it had. */
  async room(name: string, port?: number, flags: readonly string[] = []): Promise<ServerChild> {
    const own = port ?? (await freePort());
    return this.#node("room", name, own, ["--public-address", `127.0.0.1:${own}`, ...flags]);
  }

  async matchmaker(name: string): Promise<ServerChild> {
    return this.#node("matchmaker", name, await freePort(), []);
  }

  async end(): Promise<void> {
    await endServerChildren();
    await this.redis.dispose();
  }

  #node(role: "room" | "matchmaker", name: string, port: number, flags: readonly string[]) {
    const store = ["--store", "redis", "--redis-url", this.redis.url];
    return startServerChild({ role, port, flags: [...store, "--node-name", name, ...this.#flags, ...flags] });
  }
}
