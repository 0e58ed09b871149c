/**
 * Colyseus answers its matchmaking routes before Express is asked at all, whatever Express was told of them. Who has
 * a word to say before that stands in front of both.
 */
import type { Server as HttpServer, IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** Answers the request, or lets it go on. Express' own form. */
export type BeforeMatchmake = (
  request: IncomingMessage,
  response: ServerResponse,
  goOn: () => void,
) => unknown;

/** Once Colyseus listens: its listeners are there by then. */
export function askBeforeMatchmake(server: HttpServer, before: BeforeMatchmake): void {
  const listeners = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const goOn = () => {
      for (const listener of listeners) listener.call(server, request, response);
    };
    // As Colyseus compares: it decodes nothing, and knows no other spelling.
    if (request.url?.startsWith("/matchmake/") === true) before(request, response, goOn);
    else goOn();
  });
}
