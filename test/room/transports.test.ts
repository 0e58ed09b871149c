/** The transports of both kinds of process, asked for upgrades that no library would send. */
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClosedTransport } from "../../server/room/closed-transport.ts";
import { Connections } from "../../server/room/connections.ts";
import { GatedTransport } from "../../server/room/gated-transport.ts";
import { rawClient, upgradeAnswer, upgradeRequest } from "./raw-client.ts";

const lines: { message: string; details: object }[] = [];
const log = (message: string, details: object) => void lines.push({ message, details });

const parts = {
  inFleet: true,
  wake: async () => {},
  isKept: async () => false,
  nowMs: () => performance.now(),
  onRefused: () => {},
  mayConnect: () => true,
  log,
};
const connections = () =>
  new Connections({
    ...{ totalMax: 100, perAddressMax: 0 },
    nameOf: () => undefined,
    clientOf: () => undefined,
    onTurnedAway: () => {},
  });

test("[P6] a page of an origin that is not allowed is answered 403, a client without a page is let in", async () => {
  const mayConnect = ({ headers }: IncomingMessage) => headers.origin !== "https://elsewhere.example";
  const transport = new GatedTransport({ ...parts, mayConnect, connections: connections() });
  await new Promise<void>((resolve) => transport.listen(0, "127.0.0.1", undefined, resolve));
  const { port } = transport.server!.address() as AddressInfo;
  const target = "/p/m?sessionId=a";
  expect(await upgradeAnswer(port, target, "Origin: https://elsewhere.example\r\n")).toContain("403");
  expect(await upgradeAnswer(port, target)).toContain("101");
  transport.shutdown();
  transport.server!.closeAllConnections();
});

describe.each([
  [
    "with matches",
    () => new GatedTransport({ ...parts, connections: connections() }),
    "101 Switching Protocols",
  ],
  ["without matches", () => new ClosedTransport(connections()), "404 Not Found"],
] as const)("a process %s", (_, open, known) => {
  let transport: GatedTransport | ClosedTransport;
  let port: number;

  beforeAll(async () => {
    transport = open();
    await new Promise<void>((resolve) => transport.listen(0, "127.0.0.1", undefined, resolve));
    port = (transport.server!.address() as AddressInfo).port;
  });

  afterAll(() => {
    transport.shutdown();
    transport.server!.closeAllConnections();
  });

  test.each(["//", "/", "*", "///", "//p/m?sessionId=a", "/p/m", "/p/__proto__?sessionId=%20"])(
    "[P5.14] an upgrade that asks for %s is answered 400 and closed, and the next one is served",
    async (target) => {
      const answer = await rawClient(port, upgradeRequest(target)).ended;
      expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(await upgradeAnswer(port, "/p/m?sessionId=a")).toBe(`HTTP/1.1 ${known}`);
    },
  );

  test("[P5] callers who hang up at once, or in the middle of the handshake, are nobody's trouble", async () => {
    for (const target of ["//", "/p/m?sessionId=a"]) {
      const whole = upgradeRequest(target);
      for (const bytes of [whole.slice(0, 40), whole]) rawClient(port, bytes).socket.resetAndDestroy();
      const half = rawClient(port, whole);
      half.socket.end();
      await half.ended;
    }
    expect(await upgradeAnswer(port, "/p/m?sessionId=a")).toBe(`HTTP/1.1 ${known}`);
  });

  test("a match that is not in the list, and a name that every object has, lead nowhere", async () => {
    const asked = ["none", "__proto__", "constructor"].map((match) =>
      rawClient(port, upgradeRequest(`/p/${match}?sessionId=a`)),
    );
    for (const client of asked) expect(await client.ended).toContain(`HTTP/1.1 ${known}`);
    expect(lines).toEqual([]);
  });
});
