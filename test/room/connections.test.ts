/** The connections of a process at their bounds, over real sockets; whose they are, and how many fit. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { clientAddresses } from "../../server/api/client-address.ts";
import { Connections, connectionsFor, type TurnedAway } from "../../server/room/connections.ts";
import { watchedServer } from "../../server/room/http-server.ts";
import { pipelinedMax, UnansweredRequests } from "../../server/room/pipelining.ts";
import { eventually } from "../e2e/server-child.ts";
import { rawClient } from "./raw-client.ts";

const request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const clean of cleanUps.splice(0)) clean();
});

async function serving(limits: { totalMax?: number; perAddressMax?: number; balancer?: boolean }) {
  const { totalMax = 100, perAddressMax = 0, balancer = false } = limits;
  const away: TurnedAway[] = [];
  const connections = new Connections({
    ...{ totalMax, perAddressMax },
    nameOf: (address) => (balancer ? undefined : address),
    clientOf: ({ headers }) => headers["x-forwarded-for"] as string | undefined,
    onTurnedAway: (why) => away.push(why),
  });
  const server = watchedServer(connections);
  const upgraded: IncomingMessage[] = [];
  server.on("request", (_, response) => response.end("here"));
  connections.watchRequests(server);
  server.on("upgrade", (asked: IncomingMessage, socket: Socket) => {
    socket.on("error", () => {});
    if (!connections.joins(asked)) return void socket.destroy();
    upgraded.push(asked);
    socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
    for (const { socket } of upgraded) socket.destroy();
  });
  const come = async (bytes = "") => {
    const client = rawClient(port, bytes);
    cleanUps.push(() => client.socket.destroy());
    const before = client.said();
    if (bytes === "") await once(client.socket, "connect").catch(() => {});
    else
      await eventually(() => client.said() !== before || client.socket.destroyed || undefined, {
        what: "an answer",
      });
    return client;
  };
  const joining = (from = "1.1.1.1") =>
    come(
      `GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Forwarded-For: ${from}\r\n\r\n`,
    );
  return { connections, away, server, upgraded, come, joining, port };
}

const gone = (client: { socket: Socket }) =>
  eventually(() => client.socket.destroyed || undefined, { what: "the end of a connection" });

describe("when one more comes than there is room for", () => {
  test("[P6.9] the silent go first, then the idle, then who has not joined; who plays stays", async () => {
    const { connections, upgraded, away, come, joining } = await serving({ totalMax: 4 });
    const playing = await joining();
    connections.joined(upgraded[0]!.socket);
    const joins = await joining();
    const idle = await come(request);
    const silent = await come();
    await eventually(() => connections.open === 4 || undefined, { what: "four connections" });
    for (const [i, next] of [silent, idle, joins].entries()) {
      const newcomer = await joining(`2.2.2.${i}`);
      connections.joined(upgraded.at(-1)!.socket);
      await gone(next);
      expect([playing, newcomer].map(({ socket }) => socket.destroyed)).toEqual([false, false]);
    }
    expect(away).toEqual(["idle", "idle", "idle"]);
    const late = await come();
    await gone(late);
    expect(away).toEqual(["idle", "idle", "idle", "full"]);
    expect(playing.socket.destroyed).toBe(false);
  });

  test("[P6] a crowd that says nothing keeps nobody out, and is not counted when it is gone", async () => {
    const { connections, come, port } = await serving({ totalMax: 5 });
    const crowd = Array.from({ length: 40 }, () => connect(port, "127.0.0.1").on("error", () => {}));
    cleanUps.push(() => crowd.forEach((socket) => void socket.destroy()));
    const asked = await come(request);
    expect(asked.said()).toContain("200 OK");
    for (const socket of crowd) socket.destroy();
    asked.socket.destroy();
    await eventually(() => connections.open === 0 || undefined, { what: "nobody there" });
  });
});

describe("of one address", () => {
  test("[P6] so many connections are taken, and another one when one of them is gone", async () => {
    const { away, come, connections } = await serving({ perAddressMax: 3 });
    const first = [await come(request), await come(request), await come(request)];
    await gone(await come());
    expect(away).toEqual(["address"]);
    first[0]!.socket.destroy();
    await eventually(() => connections.open === 2 || undefined, { what: "one is gone" });
    expect((await come(request)).said()).toContain("200 OK");
  });

  test("[P6] behind a balancer, whose own connections are not counted, so many WebSockets are taken", async () => {
    const { away, joining } = await serving({ perAddressMax: 2, balancer: true });
    for (const from of ["1.1.1.1", "1.1.1.1", "2.2.2.2"])
      expect((await joining(from)).said()).toContain("101");
    await gone(await joining("1.1.1.1"));
    expect(away).toEqual(["address"]);
    expect((await joining("2.2.2.2")).said()).toContain("101");
  });
});

describe("a caller who does not wait for answers", () => {
  test("[P6] has a few requests read at once, and all are answered", async () => {
    const { come, away } = await serving({});
    const asked = await come(request.repeat(pipelinedMax));
    await eventually(() => asked.said().split("200 OK").length === pipelinedMax + 1 || undefined, {
      what: "all answers",
    });
    expect(away).toEqual([]);
  });

  test("[P6] is reset at more, before any of them is handled, and others are answered", async () => {
    const { come, server, away } = await serving({});
    let handled = 0;
    server.on("request", () => {
      handled += 1;
    });
    await gone(await come(request.repeat(pipelinedMax + 1)));
    expect([away, handled]).toEqual([["pipelined"], 0]);
    expect((await come(request)).said()).toContain("200 OK");
  });

  test("[P6] is reset when too many of their requests wait for an answer", async () => {
    const { server, away, port } = await serving({});
    server.removeAllListeners("request");
    const unanswered = new UnansweredRequests();
    const begun: boolean[] = [];
    server.on("request", (asked, response) => begun.push(unanswered.begins(asked, response)));
    const caller = rawClient(port, "");
    cleanUps.push(() => caller.socket.destroy());
    for (let sent = 1; sent <= pipelinedMax + 1; sent++) {
      caller.socket.write(request);
      await eventually(() => begun.length === sent || undefined, { what: `request ${sent}` });
    }
    await gone(caller);
    expect(begun).toEqual([...Array.from({ length: pipelinedMax }, () => true), false]);
    expect(away).toEqual([]);
  });

  test("[P6] a WebSocket is read by itself from its upgrade on, whatever its bytes look like", async () => {
    const { upgraded, joining, away } = await serving({});
    const player = await joining();
    let read = 0;
    upgraded[0]!.socket.on("data", ({ length }: Buffer) => {
      read += length;
    });
    const frames = "\r\n\r\n".repeat(10 * pipelinedMax);
    player.socket.write(frames);
    await eventually(() => read === frames.length || undefined, { what: "the frames" });
    expect([player.socket.destroyed, away]).toEqual([false, []]);
  });
});

test("[P6] who does not come to the end of a request is hung up on", async () => {
  const { server, port } = await serving({});
  server.headersTimeout = 1;
  const answer = await rawClient(port, "GET / HTTP/1.1\r\nHost:").ended;
  expect(answer).toContain("408 Request Timeout");
});

test("a caller who offers HTTP/2 is answered as if it had not", async () => {
  const { come } = await serving({});
  const asked = await come("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
  expect(asked.said()).toContain("200 OK");
});

test.each([
  // configured, limit of open files, open at the start: connections
  [20_000, Number.POSITIVE_INFINITY, 64, 20_000],
  [20_000, 1_048_576, 64, 20_000],
  [20_000, 20_000, 64, 19_424],
  [20_000, 4096, 64, 3830],
  [20_000, 96, 31, 49],
  [20_000, 40, 31, 4],
  [100, 4096, 64, 100],
])(
  "[P6] %i connections with at most %i files, of which %i are open, are %i",
  (configured, limit, open, fit) => {
    expect(connectionsFor(configured, { limit, open })).toBe(fit);
  },
);

test.each([
  ["9.9.9.9", undefined, "9.9.9.9"],
  ["9.9.9.9", "1.1.1.1", "9.9.9.9"],
  // Bots and tools of this machine, through a balancer of this machine or not.
  ["127.0.0.1", undefined, undefined],
  ["127.0.0.1", "127.0.0.1", undefined],
  ["127.0.0.1", "1.1.1.1", "1.1.1.1"],
  ["::ffff:127.0.0.1", "3.3.3.3, 1.1.1.1", "1.1.1.1"],
  ["127.0.0.1", "3.3.3.3, 127.0.0.2", "3.3.3.3"],
  [undefined, undefined, undefined],
  ["127.0.0.1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"],
])("a connection of %s that says %s is counted as %s", (remoteAddress, forwarded, name) => {
  const addresses = clientAddresses("loopback");
  const asked = { socket: { remoteAddress }, headers: { "x-forwarded-for": forwarded } };
  expect(addresses.of(asked as unknown as IncomingMessage)).toBe(name);
});
