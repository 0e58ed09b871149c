/** Listening through Colyseus' own transport: where its errors go. */
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { expect, test } from "vitest";
import type { ListenPlace } from "../../server/net/address.ts";
import { listenAt } from "../../server/room/listen.ts";

/** As Colyseus' server does it. */
async function listen(place: ListenPlace) {
  const server = createServer((_request, response) => response.end("here"));
  const transport = new WebSocketTransport({ server });
  listenAt(transport, place);
  const close = async () => {
    transport.shutdown();
    if (server.listening) await once(server, "close");
  };
  try {
    await new Promise<void>((resolve, reject) => {
      transport.listen(place.port, place.host, undefined, (error?: Error) =>
        error ? reject(error) : resolve(),
      );
    });
  } catch (error) {
    await close();
    throw error;
  }
  await close();
}

test("[P7] a port that is taken is an error at once, with its code and what to do", async () => {
  const other = createTcpServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const refused = await listen({ port, host: "127.0.0.1" }).catch((error) => error);
  other.close();
  expect(refused).toMatchObject({ code: "port/taken" });
  expect(refused.message).toBe(
    `cannot listen on 127.0.0.1:${port}: the port is in use. Stop the program that has it, or choose another one with --port`,
  );
});

test("[P7] an address that this machine does not have is one too", async () => {
  await expect(listen({ port: 0, host: "192.0.2.1" })).rejects.toMatchObject({ code: "host/unusable" });
  await expect(listen({ port: 0, host: "no-such-host.invalid" })).rejects.toMatchObject({
    code: "host/unusable",
  });
});
