/**
 * What stands in front of a server whose address has a path: takes the path off, and knows nothing else. Carries
 * requests and sockets as they are.
 */
import { once } from "node:events";
import { request as ask, createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface PathProxy {
  readonly url: string;
  readonly stop: () => void;
}

/** @param server its address, without a path */
export async function startPathProxy(server: string, path: string): Promise<PathProxy> {
  const { hostname, port } = new URL(server);
  const sockets = new Set<Socket>();
  const under = (target = "") => (target.startsWith(`${path}/`) ? target.slice(path.length) : undefined);
  const http = createServer((request, response) => {
    const target = under(request.url);
    if (target === undefined) return void response.writeHead(404).end();
    const { method, headers } = request;
    const asked = ask({ host: hostname, port, path: target, method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    asked.once("error", () => response.destroy());
    request.pipe(asked);
  });
  http.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  http.on("upgrade", (request, socket: Socket, head) => {
    const target = under(request.url);
    if (target === undefined) return void socket.destroy();
    const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
    const behind = connect(Number(port), hostname, () => {
      behind.write(`GET ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      behind.write(head);
      socket.pipe(behind).pipe(socket);
    });
    for (const [one, other] of [[socket, behind] as const, [behind, socket] as const]) {
      one.on("error", () => other.destroy());
      one.once("close", () => other.destroy());
    }
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const stop = () => {
    http.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}${path}/`, stop };
}
