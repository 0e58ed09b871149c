/**
 * A line to a server that can go dead without a goodbye: nothing is carried any more, neither way, and nobody is
 * told, as when a network drops packets. New connections may be dead from their start, or from the first message of
 * the server on. Owns its sockets.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What a new connection carries: everything, nothing at all, or the upgrade and one message of the server. */
export type Carries = "all" | "nothing" | "one-message";

export class DeadLine {
  readonly #server: Server;
  readonly #ends: { client: Socket; server: Socket; cut: () => void }[] = [];
  /** How many connections were made. */
  connections = 0;
  /** What the next connections carry: a list for each in turn, then the last of it. */
  carries: Carries[] = ["all"];

  private constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#server = createServer((client) => this.#carry(client, connect(Number(port), hostname)));
  }

  static async to(url: string): Promise<DeadLine> {
    const line = new DeadLine(url);
    line.#server.listen(0, "127.0.0.1");
    await once(line.#server, "listening");
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Every open connection goes dead. @param serverKnows it has noticed, and the client has not */
  die({ serverKnows }: { serverKnows: boolean }): void {
    for (const { cut, server } of this.#ends.splice(0)) {
      cut();
      if (serverKnows) server.destroy();
    }
  }

  stop(): void {
    this.#server.close();
    this.die({ serverKnows: true });
    for (const socket of this.#all) socket.destroy();
  }

  readonly #all = new Set<Socket>();

  #carry(client: Socket, server: Socket): void {
    this.connections += 1;
    let isCut = false;
    const cut = () => {
      isCut = true;
    };
    for (const [from, to] of [[client, server] as const, [server, client] as const]) {
      this.#all.add(from);
      from.on("error", () => undefined);
      from.on("data", (bytes) => !isCut && to.write(bytes));
      from.once("close", () => {
        this.#all.delete(from);
        if (!isCut) to.destroy();
      });
    }
    this.#ends.push({ client, server, cut });
    client.once("data", (first) => {
      // Questions of the API are not meant.
      if (!/^upgrade: websocket/im.test(String(first))) return;
      const carries = this.carries.length > 1 ? this.carries.shift()! : this.carries[0]!;
      if (carries === "nothing") cut();
      if (carries === "one-message") cutAfterOneMessage(server, client, cut);
    });
  }
}

/** The answer to the upgrade, then one frame, which is short. */
function cutAfterOneMessage(server: Socket, client: Socket, cut: () => void): void {
  server.removeAllListeners("data");
  let heard = Buffer.alloc(0);
  server.on("data", (bytes: Buffer) => {
    heard = Buffer.concat([heard, bytes]);
    const body = heard.indexOf("\r\n\r\n") + 4;
    if (body < 4 || heard.length < body + 4) return;
    const short = heard[body + 1]! & 0x7f;
    const length = short < 126 ? 2 + short : 4 + heard.readUInt16BE(body + 2);
    if (heard.length < body + length) return;
    client.write(heard.subarray(0, body + length));
    server.removeAllListeners("data");
    server.resume();
    cut();
  });
}
