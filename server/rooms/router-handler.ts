/** Serves routes in Colyseus' own form (`createRouter`) as a step of an Express app: what none of them fits goes on. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Router, toNodeHandler } from "@colyseus/core";

type NextStep = (error?: unknown) => void;

/** @param routes undefined as long as the server does not listen */
export function routerHandler(routes: () => Router | undefined) {
  let handlerOf: { readonly router: Router; readonly handle: ReturnType<typeof toNodeHandler> } | undefined;
  return (request: IncomingMessage, response: ServerResponse, next: NextStep): void => {
    const router = routes();
    const path = (request.url ?? "/").split("?", 1)[0]!;
    if (router?.findRoute(request.method ?? "GET", path) === undefined) {
      next();
      return;
    }
    if (handlerOf?.router !== router) handlerOf = { router, handle: toNodeHandler(router.handler) };
    Promise.resolve(handlerOf.handle(request, response)).catch(next);
  };
}
