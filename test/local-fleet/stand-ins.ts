/** What stands behind the load balancer in its tests: a real nginx before matchmakers and nodes that do as they are told. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket, WebSocketServer } from "ws";
import { freePort } from "../../client-sim/processes/free-port.ts";
import { type BalancerOptions, balancerConfig } from "../../local-fleet/balancer-config.ts";
import { balancerArguments, balancerReady } from "../../local-fleet/outside-program.ts";

export interface StandIn {
  /** host:port. */
  readonly address: string;
  /** Everyone who is connected loses their connection. */
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export async function httpServer(handler: Handler, port = 0): Promise<StandIn & { server: Server }> {
  const server = createServer(handler).listen(port, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  return { server, address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** Says its name to a client that connects, and what is said to it back. */
export async function matchNode(name: string): Promise<StandIn> {
  const { server, address, close } = await httpServer((_, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, request) => {
    socket.send(`${name} ${request.url} ${request.headers["x-forwarded-for"]}`);
    socket.on("message", (data) => socket.send(`${name} heard ${data}`));
  });
  return {
    address,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      await close();
    },
  };
}

/** Where matches are. Holds a question until the owner is not the one to avoid. */
export class Owners {
  /** As they came: match and whom to avoid. */
  readonly asked: string[] = [];
  readonly #owners = new Map<string, string>();
  #waiting: (() => void)[] = [];

  set(match: string, address: string): void {
    this.#owners.set(match, address);
    for (const again of this.#waiting.splice(0)) again();
  }

  readonly answer: Handler = (request, response) => {
    const match = String(request.headers["x-original-uri"]).split("?")[0]!.split("/").at(-1)!;
    const avoid = request.headers["x-avoid"] ?? "";
    this.asked.push(`${match} ${avoid}`.trim());
    if (match === "nowhere") return void response.writeHead(503).end();
    const look = () => {
      const owner = this.#owners.get(match);
      if (owner === undefined || owner === avoid) this.#waiting.push(look);
      else response.writeHead(204, { "x-node-address": owner }).end();
    };
    look();
  };
}

export interface Balancer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

/** @param path of nginx */
export async function startBalancer(
  path: string,
  matchmakers: readonly string[],
  more: Pick<BalancerOptions, "limits" | "uncounted" | "tls"> = {},
): Promise<Balancer> {
  const directory = mkdtempSync(join(tmpdir(), "holdfast-balancer-"));
  chmodSync(directory, 0o711);
  const port = await freePort();
  const config = balancerConfig({ host: "127.0.0.1", port, matchmakers, directory, ...more });
  writeFileSync(join(directory, "nginx.conf"), config);
  const child = spawn(path, balancerArguments(directory), { stdio: ["ignore", "ignore", "pipe"] });
  running.add(child);
  const ended = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    running.delete(child);
    rmSync(directory, { recursive: true, force: true });
  };
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    if (!balancerReady.test(line)) continue;
    child.stderr.resume();
    return { url: `127.0.0.1:${port}`, pid: child.pid!, stop };
  }
  throw new Error(`nginx did not start:\n${said.join("\n")}`);
}

/** A client's connection; its messages in order. */
export class Client {
  readonly #socket: WebSocket;
  readonly #messages: string[] = [];

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.on("message", (data) => this.#messages.push(String(data)));
    this.#socket.on("error", () => {});
  }

  async next(): Promise<string> {
    if (this.#messages.length === 0) await once(this.#socket, "message");
    return this.#messages.shift()!;
  }

  say(text: string): void {
    this.#socket.send(text);
  }

  /** With what the server refused the connection. */
  async refused(): Promise<number> {
    const [, response] = await once(this.#socket, "unexpected-response");
    return response.statusCode;
  }

  async ended(): Promise<void> {
    if (this.#socket.readyState !== WebSocket.CLOSED) await once(this.#socket, "close");
  }

  close(): void {
    this.#socket.terminate();
  }
}
