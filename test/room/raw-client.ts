/** A client that writes its bytes itself, to say to a server what no library would say. Bounded in time. */
import { connect, type Socket } from "node:net";

const answerMsMax = 15_000;

export interface RawClient {
  readonly socket: Socket;
  /** Everything that came so far, as text. */
  readonly said: () => string;
  /** Resolves with everything that came when the server has hung up. */
  readonly ended: Promise<string>;
}

export function rawClient(port: number, bytes: string): RawClient {
  const socket = connect(port, "127.0.0.1");
  let said = "";
  const ended = new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the server does not hang up; it said ${JSON.stringify(said)}`));
    }, answerMsMax);
    socket.on("close", () => {
      clearTimeout(late);
      resolve(said);
    });
  });
  // A test that does not wait for the end is not told of it.
  ended.catch(() => {});
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    said += text;
  });
  socket.on("error", () => {});
  socket.write(bytes, "latin1");
  return { socket, said: () => said, ended };
}

/** The first line of the answer to an upgrade that asks for `target`. */
export async function upgradeAnswer(port: number, target: string, headers = ""): Promise<string> {
  const client = rawClient(port, upgradeRequest(target, headers));
  const first = Promise.withResolvers<void>();
  client.socket.once("data", () => first.resolve());
  await Promise.race([first.promise, client.ended]);
  client.socket.destroy();
  return client.said().split("\r\n", 1)[0]!;
}

export function upgradeRequest(target: string, headers = ""): string {
  return [
    `GET ${target} HTTP/1.1`,
    "Host: holdfast.example",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    `${headers}\r\n`,
  ].join("\r\n");
}
