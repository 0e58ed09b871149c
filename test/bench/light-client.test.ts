/** The light client speaks the protocol as the real ones do: its inputs, its frames, its handshake. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { decode } from "@colyseus/schema";
import { InputDecoder, InputEncoder } from "@colyseus/schema/input";
import { unpack } from "msgpackr";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { commandBytes } from "../../client-sim/bench/command-bytes.ts";
import { inputBytesOf } from "../../client-sim/bench/input-bytes.ts";
import { LightClient } from "../../client-sim/bench/light-client.ts";
import { LightSocket } from "../../client-sim/bench/light-socket.ts";
import { inputDeclaration } from "../../server/room/input-schema.ts";
import { arena } from "../../shared/games/arena/game.ts";
import type { ArenaInput } from "../../shared/games/arena/input.ts";
import { crowd } from "../../shared/games/crowd/game.ts";

/** As the server declares it. */
const Input = inputDeclaration(arena).type as unknown as new () => ArenaInput;
const inputMessage = (input: ArenaInput) => inputBytesOf(arena.input)({ ...input });

describe("an input", () => {
  it.each<ArenaInput>([
    { seq: 1, moveX: 127, moveY: -127, aim: 65535, buttons: 1, seen: 0 },
    { seq: 0xffff_ffff, moveX: -1, moveY: 0, aim: 256, buttons: 255, seen: 0 },
  ])("has the bytes that Colyseus' encoder writes", (input) => {
    const encoded = Object.assign(new Input(), input);
    const body = new InputEncoder(encoded as never).encode();
    expect(inputMessage(input).subarray(1)).toEqual(Buffer.from(body));
    const decoder = new InputDecoder(new Input() as never);
    expect({ ...(decoder.decode(inputMessage(input).subarray(1)) as { toJSON(): object }).toJSON() }).toEqual(
      input,
    );
  });
});

it("an input of crowd has the bytes that Colyseus' encoder writes, too", () => {
  const CrowdInput = inputDeclaration(crowd).type as unknown as new () => object;
  const encoded = Object.assign(new CrowdInput(), { seq: 70_000, moveX: -127, moveY: 5, dash: 1 });
  const body = new InputEncoder(encoded as never).encode();
  const message = inputBytesOf(crowd.input)({ seq: 70_000, moveX: -127, moveY: 5, dash: 1 });
  expect(message.subarray(1)).toEqual(Buffer.from(body));
});

it("[P1] a command is a request of the SDK, whose frames the server decodes", () => {
  const payload = { text: "hello", many: [1, -2, 0.5], none: null };
  const bytes = Buffer.from(commandBytes({ name: "chat", payload }, 70_000));
  const at = { offset: 1 };
  expect(bytes[0]).toBe(21);
  expect(decode.number(bytes, at)).toBe(70_000);
  expect(decode.string(bytes, at)).toBe("command");
  expect(unpack(bytes.subarray(at.offset))).toEqual({ id: 70_000, name: "chat", payload });
});

describe("the socket", () => {
  let server: WebSocketServer;
  let url: string;

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(server, "listening");
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/a/b?c=d`;
  });

  afterEach(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });

  /** Both ends, and what the light one hears. */
  async function connected() {
    const heard: Buffer[] = [];
    const waiting: (() => void)[] = [];
    let closed = () => {};
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const [opened, socket] = await Promise.all([
      once(server, "connection") as Promise<[WebSocket, { url: string }]>,
      LightSocket.open(url, {
        message: (payload) => {
          heard.push(Buffer.from(payload));
          waiting.shift()?.();
        },
        closed,
      }),
    ]);
    const messages = async (count: number) => {
      while (heard.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
      return heard;
    };
    return { peer: opened[0], path: opened[1].url, socket, messages, isClosed };
  }

  it("sends what the server reads, unmasked by it", async () => {
    const { peer, path, socket } = await connected();
    const message = once(peer, "message");
    socket.send(Uint8Array.of(10, 20, 30));
    expect(Buffer.from((await message)[0])).toEqual(Buffer.of(10, 20, 30));
    expect(path).toBe("/a/b?c=d");
    for (const length of [125, 126, 65_535]) {
      const longer = once(peer, "message");
      socket.send(Buffer.alloc(length, 7));
      expect(Buffer.from((await longer)[0])).toEqual(Buffer.alloc(length, 7));
    }
  });

  it("hears messages of every length of header, in order, also when they come in pieces", async () => {
    const { peer, messages } = await connected();
    const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 300_000, 3];
    for (const [index, length] of lengths.entries()) peer.send(Buffer.alloc(length, index + 1));
    const heard = await messages(lengths.length);
    expect(heard.map(({ length }) => length)).toEqual(lengths);
    expect(heard.map((bytes) => bytes.at(-1))).toEqual([undefined, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("answers a ping, and says when the server closed", async () => {
    const { peer, isClosed } = await connected();
    const pong = once(peer, "pong");
    peer.ping("are you there");
    expect(String((await pong)[0])).toBe("are you there");
    peer.close(4000);
    await isClosed;
  });

  it("refuses an address where no WebSocket is, with its answer", async () => {
    server.options.verifyClient = (_info: unknown, answer: (ok: boolean, code: number) => void) =>
      answer(false, 404);
    await expect(LightSocket.open(url, { message: () => {}, closed: () => {} })).rejects.toThrow("404");
  });
});

describe("a client that comes back", () => {
  it("shows the newest token of its seat at the same address, and knows which connection it is on", async () => {
    const http = createServer((_request, response) =>
      response.end(JSON.stringify({ processId: "p", roomId: "r", sessionId: "s" })),
    );
    const asked: string[] = [];
    const sockets = new WebSocketServer({ server: http });
    sockets.on("connection", (socket, { url = "" }) => {
      asked.push(url);
      const token = `token${asked.length}`;
      socket.send(Buffer.concat([Buffer.of(10, token.length), Buffer.from(token), Buffer.of(0)]));
      // The handshake is answered before the state comes.
      socket.once("message", () => socket.send(Buffer.of(14)));
    });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const counts = { patches: 0, answers: 0, bytes: 0 };
    const tries: number[] = [];
    const retryMs = (attempt: number) => tries.push(attempt);
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    try {
      const client = await LightClient.join({ url, counts, retryMs });
      for (let breaks = 1; breaks <= 2; breaks++) {
        const back = once(sockets, "connection") as Promise<[WebSocket]>;
        for (const socket of sockets.clients) socket.terminate();
        const [socket] = await back;
        await once(socket, "message");
      }
      expect(asked).toEqual([
        "/p/r?sessionId=s",
        "/p/r?sessionId=s&reconnectionToken=token1&skipHandshake=true",
        "/p/r?sessionId=s&reconnectionToken=token2&skipHandshake=true",
      ]);
      expect(client.connection).toBe(3);
      expect(client.lost).toBe(false);
      expect(tries[0]).toBe(1);
    } finally {
      for (const socket of sockets.clients) socket.terminate();
      http.close();
    }
  });
});
