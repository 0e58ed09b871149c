/** The arena on `ws` alone: rules, the View's changes encoded once per match, one message to each player. */
import { type RawData, WebSocketServer } from "ws";
import { enter, type PlayerLine, prefixBytes, serveSeats, writePrefix } from "./own-server.ts";
import { answerOrders } from "./peer-process.ts";

answerOrders(() =>
  serveSeats((http) => {
    const sockets = new WebSocketServer({ server: http, perMessageDeflate: false, skipUTF8Validation: true });
    sockets.on("connection", (socket, request) => {
      const line: PlayerLine = {
        send: (message) => socket.send(message),
        patch(prefix, changes) {
          const message = Buffer.allocUnsafe(prefixBytes + changes.length);
          message.set(changes, writePrefix(message, 0, prefix));
          socket.send(message);
        },
      };
      const entered = enter(request, line);
      socket.on("message", (message: RawData) => entered.heard(message as Buffer));
      socket.on("close", () => entered.left());
    });
  }),
);
