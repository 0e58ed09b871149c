/**
 * What an operator has between the nodes and Redis: one address that leads to the master of the moment. As a TCP
 * proxy in the test's process it can also go wrong as such things do: silent (it accepts, and carries nothing
 * either way), slow, refusing; and it can be pointed at another server. Owns its sockets, no Redis.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

type Mode = "carries" | "silent" | "refuses";

export class Balancer {
  #server: Server | undefined;
  #port = 0;
  #target: number;
  #mode: Mode = "carries";
  #delayMs = 0;
  #accepted = 0;
  readonly #lines = new Set<Line>();
  readonly #forgotten: Line[] = [];

  private constructor(target: number) {
    this.#target = target;
  }

  static async before(redis: { readonly port: number }): Promise<Balancer> {
    const balancer = new Balancer(redis.port);
    await balancer.#listen();
    return balancer;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  /** Connections so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Connections stay open, new ones are accepted, and nothing comes. What is sent meanwhile waits. */
  fallSilent(): void {
    this.#mode = "silent";
    for (const line of this.#lines) line.hold();
  }

  /** Every open connection ends; callers come again. */
  cut(): void {
    for (const line of this.#lines) line.end();
  }

  /** Those that are open stay so, and stay as they are: nobody is at their other end any more. */
  forget(): void {
    for (const line of this.#lines) line.hold();
    this.#forgotten.push(...this.#lines);
    this.#lines.clear();
  }

  /** As a machine without a listener: connections are reset, new ones refused. */
  refuse(): void {
    this.#mode = "refuses";
    this.cut();
    // It listens no more from here on; that it is closed would wait for what was forgotten.
    this.#server?.close();
    this.#server = undefined;
  }

  /** Each chunk takes so long, each way. */
  slowDown(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  /** New connections lead there. Those that are open stay with the old one, as with a real one, or are cut. */
  point(redis: { readonly port: number }, open: "cut" | "stay"): void {
    this.#target = redis.port;
    if (open === "cut") this.cut();
  }

  /** Carries again, with all that was sent meanwhile. */
  async heal(): Promise<void> {
    this.#mode = "carries";
    this.#delayMs = 0;
    for (const line of this.#lines) line.carry();
    if (this.#server === undefined) await this.#listen();
  }

  close(): void {
    for (const line of this.#forgotten) line.end();
    this.refuse();
  }

  async #listen(): Promise<void> {
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (caller) => {
      const line = new Line(caller, () => this.#target, {
        delayMs: () => this.#delayMs,
        onEnd: () => this.#lines.delete(line),
      });
      this.#lines.add(line);
      this.#accepted += 1;
      if (this.#mode === "carries") line.carry();
    });
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }
}

interface LineOptions {
  readonly delayMs: () => number;
  readonly onEnd: () => void;
}

/** One connection of a caller, and the one to Redis that belongs to it, made when it first carries. */
class Line {
  readonly #caller: Socket;
  readonly #target: () => number;
  readonly #options: LineOptions;
  #redis: Socket | undefined;
  #carries = false;

  constructor(caller: Socket, target: () => number, options: LineOptions) {
    this.#caller = caller;
    this.#target = target;
    this.#options = options;
    caller.on("error", () => this.end());
    caller.once("close", () => this.end());
  }

  hold(): void {
    this.#carries = false;
    this.#caller.pause();
    this.#redis?.pause();
  }

  carry(): void {
    this.#carries = true;
    if (this.#redis === undefined) {
      const redis = connect({ port: this.#target(), host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
      this.#redis = redis;
      redis.on("error", () => this.end());
      redis.once("close", () => this.end());
      this.#pass(this.#caller, redis);
      this.#pass(redis, this.#caller);
    }
    this.#caller.resume();
    this.#redis.resume();
  }

  end(): void {
    this.#caller.destroy();
    this.#redis?.destroy();
    this.#options.onEnd();
  }

  /** In order, each chunk after its delay; what the delay holds back is little, because the reader is paused. */
  #pass(from: Socket, to: Socket): void {
    from.on("data", (chunk) => {
      const delayMs = this.#options.delayMs();
      if (delayMs === 0) return void to.write(chunk);
      from.pause();
      setTimeout(() => {
        to.write(chunk);
        if (this.#carries) from.resume();
      }, delayMs);
    });
    from.on("end", () => to.end());
  }
}
