/**
 * Two tiny nodes and an API in front of them, as a client of a fleet sees it: the API tells where the match is,
 * and either sends clients to the nodes' own doors or carries their sockets there like a load balancer.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import type { Handover } from "./tiny-match.ts";
import type { Order } from "./tiny-node.ts";

/** Nodes that have no match any more. A start costs more than most tests. */
const idle: TinyNode[] = [];

/** For afterAll. */
export async function endTinyNodes(): Promise<void> {
  await Promise.all(idle.splice(0).map((node) => node.kill()));
}

export class TinyNode {
  readonly #child: ChildProcess;
  readonly url: string;
  #standsStill = false;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** One that an earlier test has left, or another process. */
  static async start(): Promise<TinyNode> {
    const left = idle.pop();
    if (left !== undefined) return left;
    const child = fork(new URL("tiny-node.ts", import.meta.url).pathname, { silent: true });
    const [{ answer }] = (await once(child, "message")) as [{ answer: string }];
    return new TinyNode(child, answer);
  }

  get address(): string {
    return new URL(this.url).host;
  }

  /** One at a time: the answers carry no number. */
  async order<Answer = unknown>(order: Order): Promise<Answer> {
    const answered = once(this.#child, "message");
    this.#child.send(order);
    const [{ answer }] = (await answered) as [{ answer: Answer }];
    return answer;
  }

  /** It keeps its sockets and does nothing any more. */
  standStill(): void {
    this.#standsStill = true;
    this.#child.kill("SIGSTOP");
  }

  /** Its match ends. It is there for the next test, if it can still obey. */
  async leave(): Promise<void> {
    if (this.#standsStill) return this.kill();
    if (this.#hasEnded()) return;
    await this.order({ order: "forget" });
    idle.push(this);
  }

  async kill(): Promise<void> {
    if (this.#hasEnded()) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

export interface TinyFleetOptions {
  /** Clients go to the nodes' own doors. */
  readonly direct: boolean;
  /** What the addresses of the API and the load balancer begin with, e.g. `/game`. */
  readonly path?: string;
}

export class TinyFleet {
  /** What the API says of the match: its owner, that there is none, or nothing useful. */
  says: TinyNode | "unknown" | "busy";
  /** Questions where the match is. */
  questions = 0;
  readonly nodes: readonly [TinyNode, TinyNode];
  /** Called with every question, before it is answered. */
  onQuestion: () => void = () => undefined;
  readonly #direct: boolean;
  readonly #path: string;
  readonly #http: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(nodes: readonly [TinyNode, TinyNode], { direct, path = "" }: TinyFleetOptions) {
    this.nodes = nodes;
    this.says = nodes[0];
    this.#direct = direct;
    this.#path = path;
    this.#http = createServer(async (request, response) => {
      const { status, body } = await this.#answer(request);
      response.writeHead(status, { "content-type": "application/json", connection: "close" });
      response.end(JSON.stringify(body));
    });
    this.#http.on("upgrade", (request, socket: Socket, head) => this.#carry(request, socket, head));
  }

  static async start(options: TinyFleetOptions): Promise<TinyFleet> {
    const fleet = new TinyFleet(await Promise.all([TinyNode.start(), TinyNode.start()]), options);
    fleet.#http.listen(0, "127.0.0.1");
    await once(fleet.#http, "listening");
    return fleet;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}${this.#path}`;
  }

  /** From the first node to the second; clients are told when it is open there. */
  async move(): Promise<void> {
    await this.takeOver();
    await this.nodes[0].order({ order: "sendAway" });
  }

  /** The second node goes on with the match as it stands. */
  async takeOver({ killFirst = false } = {}): Promise<void> {
    const [from, to] = this.nodes;
    const handover = await from.order<Handover>({ order: "handOver" });
    if (killFirst) await from.kill();
    await to.order({ order: "take", handover });
    this.says = to;
  }

  /** From here on nobody answers at the API's address. */
  async closeApi(): Promise<void> {
    if (!this.#http.listening) return;
    for (const socket of this.#sockets) socket.destroy();
    this.#http.close();
    await once(this.#http, "close");
  }

  async stop(): Promise<void> {
    await this.closeApi();
    await Promise.all(this.nodes.map((node) => node.leave()));
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    const { method } = request;
    const url = this.#underPath(request.url);
    if (url === undefined) return { status: 404, body: { code: "route/unknown", title: "Not here" } };
    if (url.startsWith("/matchmake/") && this.says instanceof TinyNode) {
      const headers = { "content-type": "application/json" };
      const body = await text(request);
      const made = await fetch(`${this.says.url}${url}`, { method: "POST", headers, body });
      return { status: made.status, body: (await made.json()) as object };
    }
    if (url === "/v1/sessions") return { status: 201, body: { token: "token", userId: "guest:1" } };
    if (method === "POST" && this.says instanceof TinyNode) {
      const joined = await fetch(`${this.says.url}/v1/matches/join`, { method: "POST" });
      const { matchId, reservation } = (await joined.json()) as { matchId: string; reservation: object };
      const { address } = this.says;
      const door = this.#direct ? { publicAddress: address } : {};
      return { status: 200, body: { matchId, reservation: { ...reservation, ...door } } };
    }
    this.questions += 1;
    this.onQuestion();
    if (this.says === "unknown") return { status: 404, body: { code: "match/unknown", title: "No match" } };
    if (this.says === "busy") return { status: 503, body: { code: "fleet/no-room", title: "Busy" } };
    const door = this.#direct ? { address: this.says.address } : {};
    const epoch = this.says === this.nodes[0] ? 1 : 2;
    return { status: 200, body: { id: url.split("/").at(-1), epoch, ...door } };
  }

  /** What comes after the path that all of this stands behind. */
  #underPath(target = ""): string | undefined {
    return target.startsWith(`${this.#path}/`) ? target.slice(this.#path.length) : undefined;
  }

  #carry(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on("error", () => undefined);
    const target = this.#underPath(request.url);
    if (!(this.says instanceof TinyNode) || target === undefined) return void socket.destroy();
    const { hostname, port } = new URL(this.says.url);
    const node = connect(Number(port), hostname, () => {
      const lines = [`GET ${target} HTTP/1.1`];
      for (let i = 0; i < request.rawHeaders.length; i += 2) {
        lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
      }
      node.write(`${lines.join("\r\n")}\r\n\r\n`);
      node.write(head);
      socket.pipe(node).pipe(socket);
    });
    this.#sockets.add(socket);
    node.on("error", () => socket.destroy());
    node.on("close", () => socket.destroy());
    socket.on("close", () => {
      this.#sockets.delete(socket);
      node.destroy();
    });
  }
}
