/**
 * A redis-server that can be killed and started again with its data. Owns the process, not its directory. With
 * `everysec` a SIGKILL may lose what it acknowledged while a flush was slow, which `--durability process` allows; who kills
 * it and counts what is lost asks for `always`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { endsWithUs } from "./ends-with-us.ts";
import { freePort } from "./free-port.ts";

const settings = { save: "", appendonly: "yes" };
const ready = /Ready to accept connections/;

/** Where it runs: its address, and the prefix of its command. */
export interface RedisPlace {
  readonly host: string;
  readonly within: readonly string[];
  /** When it flushes its file to the disk. Default: `everysec`. */
  readonly appendfsync?: Appendfsync;
}

type Appendfsync = "always" | "everysec";

const thisMachine: RedisPlace = { host: "127.0.0.1", within: [] };

export class RedisProcess {
  readonly port: number;
  readonly host: string;
  readonly #directory: string;
  readonly #within: readonly string[];
  readonly #appendfsync: Appendfsync;
  #child: ChildProcess | undefined;

  private constructor(
    port: number,
    directory: string,
    { host, within, appendfsync = "everysec" }: RedisPlace,
  ) {
    this.port = port;
    this.host = host;
    this.#directory = directory;
    this.#within = within;
    this.#appendfsync = appendfsync;
  }

  /** @param directory must exist. @throws Error when there is no redis-server, or it does not start */
  static async start(directory: string, place: Partial<RedisPlace> = {}): Promise<RedisProcess> {
    const redis = new RedisProcess(await freePort(), directory, { ...thisMachine, ...place });
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://${this.host}:${this.port}`;
  }

  /** Resolves when it has read its file and accepts connections. */
  async start(): Promise<void> {
    const own = {
      ...{ ...settings, appendfsync: this.#appendfsync },
      ...{ bind: this.host, port: String(this.port), dir: this.#directory },
    };
    const args = Object.entries(own).flatMap(([name, value]) => [`--${name}`, value]);
    // In its own network nothing else can reach it.
    if (this.#within.length > 0) args.push("--protected-mode", "no");
    const [program, ...rest] = [...this.#within, "redis-server", ...args] as [string, ...string[]];
    const child = spawn(program, rest, { stdio: ["ignore", "pipe", "inherit"] });
    this.#child = child;
    endsWithUs(child, "SIGKILL");
    let said = "";
    const up = new Promise<void>((resolve, reject) => {
      child.once("error", (error) => reject(new Error(`redis-server is needed: ${error.message}`)));
      child.once("close", () => reject(new Error(`redis-server did not start:\n${said}`)));
      createInterface({ input: child.stdout! }).on("line", (line) => {
        said = `${said}${line}\n`.slice(-2000);
        if (ready.test(line)) resolve();
      });
    });
    await up;
  }

  /** Sends one command as text. @returns the raw answer */
  async ask(command: string): Promise<string> {
    const socket = connect({ port: this.port, host: this.host });
    socket.end(`${command}\r\n`);
    let said = "";
    for await (const part of socket) said += part;
    return said;
  }

  /** Processor time that it has used. @throws Error when it does not report it */
  async cpuSeconds(): Promise<number> {
    const said = await this.ask("INFO cpu");
    const used = [...said.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)].map(([, seconds]) =>
      Number(seconds),
    );
    if (used.length !== 2) throw new Error(`redis-server does not tell its processor time: ${said}`);
    return used[0]! + used[1]!;
  }

  /** Resolves when it is gone; with SIGKILL at once. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (!child || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }
}
