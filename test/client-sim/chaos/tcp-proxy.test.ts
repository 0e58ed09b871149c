/** The proxy that chaos cuts: it carries, it holds without hanging up, and what it held arrives later. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { TcpProxy } from "../../../client-sim/chaos/nemesis/tcp-proxy.ts";

/** Answers every piece with itself in capitals, and remembers what came. */
let redis: Server;
let redisPort: number;
let heard: string;
let proxy: TcpProxy | undefined;
let peers: Socket[];
let heardMore: () => void = () => {};

beforeEach(async () => {
  heard = "";
  peers = [];
  redis = createServer((socket) => {
    peers.push(socket);
    socket.setEncoding("utf8").on("data", (text: string) => {
      heard += text;
      heardMore();
      socket.write(text.toUpperCase());
    });
    socket.on("error", () => {});
  });
  redis.listen(0, "127.0.0.1");
  await once(redis, "listening");
  redisPort = (redis.address() as AddressInfo).port;
});

afterEach(() => {
  proxy?.close();
  proxy = undefined;
  redis.close();
});

async function node(delayMs = 0): Promise<Socket> {
  proxy ??= await TcpProxy.lay({ redisHost: "127.0.0.1", redisPort, delayMs });
  const socket = connect(Number(new URL(proxy.url).port), "127.0.0.1").setEncoding("utf8");
  await once(socket, "connect");
  return socket;
}

async function answer(socket: Socket): Promise<string> {
  const [text] = await once(socket, "data");
  return String(text);
}

it("carries both ways, for any number of connections", async () => {
  const sockets = [await node(), await node()];
  for (const [at, socket] of sockets.entries()) {
    socket.write(`ping ${at}`);
    expect(await answer(socket)).toBe(`PING ${at}`);
  }
});

it("while it is cut nothing arrives and nobody hangs up; healed, all of it arrives", async () => {
  const before = await node();
  before.write("a");
  await answer(before);
  proxy!.cut();
  const during = await node();
  before.write("b");
  during.write("c");
  // A connection around the proxy shows that time has passed for the server, too.
  const around = connect(redisPort, "127.0.0.1").setEncoding("utf8");
  around.write("x");
  await answer(around);
  expect(heard).toBe("ax");
  expect([before.destroyed, during.destroyed]).toEqual([false, false]);

  proxy!.heal();
  expect(await Promise.all([answer(before), answer(during)])).toEqual(["B", "C"]);
  around.destroy();
});

it("what a node says and hangs up on a cut proxy arrives when it is healed", async () => {
  const socket = await node();
  socket.write("a");
  await answer(socket);
  proxy!.cut();
  socket.end("late");
  const arrived = new Promise<void>((resolve) => {
    heardMore = () => heard.endsWith("late") && resolve();
  });
  proxy!.heal();
  await arrived;
  expect(heard).toBe("alate");
});

it("what a dead node had on its way through a slow proxy is lost", async () => {
  const socket = await node(60_000);
  socket.write("never");
  socket.destroy();
  await once(socket, "close");
  const around = connect(redisPort, "127.0.0.1").setEncoding("utf8");
  around.write("x");
  await answer(around);
  expect(heard).toBe("x");
  around.destroy();
});

it("when Redis dies its nodes learn of it", async () => {
  const socket = await node();
  socket.write("a");
  await answer(socket);
  const closed = once(socket, "close");
  for (const peer of peers) peer.destroy();
  await closed;
});
