/**
 * The rooms of `bench -- rooms` on Colyseus alone, with its own transport. Nothing is kept: when it dies, all its rooms are
 * gone.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Room, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { answerOrders } from "../peers/peer-process.ts";
import { movingRoom, tableRoom } from "./kinds.ts";

answerOrders(async () => {
  const http = createServer();
  const server = new Server({ greet: false, transport: new WebSocketTransport({ server: http }) });
  server.define("moving", movingRoom(Room));
  server.define("table", tableRoom(Room));
  await server.listen(0, "127.0.0.1");
  if (!http.listening) await once(http, "listening");
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
