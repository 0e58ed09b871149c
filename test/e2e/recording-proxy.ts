/** Stands between one client and a server, and keeps every byte that the server sends: of requests and of sockets. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface RecordingProxy {
  readonly url: string;
  /** What the client was sent, over all its connections. */
  readonly said: () => Buffer;
  /** Breaks every connection. */
  readonly cut: () => void;
  readonly stop: () => void;
}

/** @param server its address; the server behind it may be another one later */
export async function startRecordingProxy(server: string): Promise<RecordingProxy> {
  const { hostname, port } = new URL(server);
  const said: Buffer[][] = [];
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const behind = connect(Number(port), hostname);
    const heard: Buffer[] = [];
    said.push(heard);
    behind.on("data", (bytes: Buffer) => heard.push(bytes));
    client.pipe(behind).pipe(client);
    for (const [one, other] of [[client, behind] as const, [behind, client] as const]) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.once("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    // Apart, so that the end of one connection and the beginning of the next make no marker together.
    said: () => Buffer.concat(said.flatMap((heard) => [...heard, Buffer.from("\n\n")])),
    cut,
    stop: () => {
      proxy.close();
      cut();
    },
  };
}
