/**
 * A TCP proxy between one node and its Redis. Like a cut network, it can stop carrying bytes in both directions
 * without closing, and later deliver what was sent meanwhile. Owns its sockets. Waiting bytes are in the kernel's
 * buffers, so they are bounded.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { Transform } from "node:stream";

export interface TcpProxyOptions {
  readonly redisHost: string;
  readonly redisPort: number;
  /** Source address of the proxy's own connections to Redis; undefined when the kernel chooses. */
  readonly from?: string | undefined;
  /** Delay of what the node sends; what is still delayed when the node dies is lost. */
  readonly delayMs: number;
}

export class TcpProxy {
  readonly #options: TcpProxyOptions;
  readonly #server: Server;
  readonly #lines = new Set<ProxiedConnection>();
  #cut = false;

  private constructor(options: TcpProxyOptions) {
    this.#options = options;
    // Half open, because while the proxy is cut, even a close must not get through.
    this.#server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (node) => this.#accept(node));
  }

  static async lay(options: TcpProxyOptions): Promise<TcpProxy> {
    const proxy = new TcpProxy(options);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** Address for the node's `--redis-url`. */
  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.#cut = true;
    for (const line of this.#lines) line.hold();
  }

  heal(): void {
    this.#cut = false;
    for (const line of this.#lines) line.carry();
  }

  close(): void {
    this.#server.close();
    for (const line of this.#lines) line.end();
  }

  #accept(node: Socket): void {
    const line = new ProxiedConnection(node, this.#options, () => this.#lines.delete(line));
    this.#lines.add(line);
    if (!this.#cut) line.carry();
  }
}

/** One connection of a node. */
class ProxiedConnection {
  readonly #node: Socket;
  readonly #options: TcpProxyOptions;
  /** Undefined until the proxy is not cut for the first time. */
  #redis: Socket | undefined;
  #slow: Transform | undefined;

  constructor(node: Socket, options: TcpProxyOptions, onEnd: () => void) {
    this.#node = node;
    this.#options = options;
    node.on("error", () => this.end());
    node.once("close", () => {
      // What a dead node has sent through a slow proxy never arrives; through a fast one it already has.
      if (options.delayMs > 0) this.#redis?.destroy();
      onEnd();
    });
  }

  hold(): void {
    const redis = this.#redis;
    if (redis === undefined) return;
    for (const stream of [this.#node, redis, this.#slow]) stream?.unpipe();
    for (const socket of [this.#node, redis]) socket.pause();
  }

  carry(): void {
    const { redisHost, redisPort, from, delayMs } = this.#options;
    if (this.#redis === undefined) {
      const way = { port: redisPort, host: redisHost, ...(from !== undefined && { localAddress: from }) };
      const redis = connect({ ...way, noDelay: true, allowHalfOpen: true });
      redis.on("error", () => this.end());
      redis.once("close", () => this.end());
      this.#redis = redis;
      if (delayMs > 0) this.#slow = slow(delayMs);
    }
    if (this.#slow) this.#node.pipe(this.#slow).pipe(this.#redis);
    else this.#node.pipe(this.#redis);
    this.#redis.pipe(this.#node);
  }

  end(): void {
    this.#node.destroy();
    this.#redis?.destroy();
  }
}

/** Takes the next bytes only after these have been passed on. */
function slow(delayMs: number): Transform {
  return new Transform({
    transform: (chunk, _encoding, done) => void setTimeout(() => done(null, chunk), delayMs),
  });
}
