/**
 * What `initializeGameServer` of an @colyseus/tools configuration gets in place of Colyseus' server: it keeps what is
 * defined and what is to run at the end. It starts nothing. What it does not have is refused by its name.
 */
import { RegisteredHandler } from "@colyseus/core";
import type { StoreError } from "../store-error.ts";
import type { RoomClass } from "./room-class.ts";

export class RoomRecorder {
  readonly rooms: Record<string, RegisteredHandler> = {};
  onShutdown: (() => unknown) | undefined;

  /** @throws what `refuse` makes of the reason */
  async run(initialize: unknown, refuse: (why: string) => StoreError): Promise<void> {
    if (initialize === undefined) return;
    if (typeof initialize !== "function") throw refuse("`initializeGameServer` must be a function");
    const server = new Proxy(this.#server(), {
      get(of, name) {
        // Its `then` is asked for when somebody awaits it.
        if (name in of || name === "then") return Reflect.get(of, name);
        throw refuse(`initializeGameServer: a server of Holdfast has no \`${String(name)}\` for it`);
      },
    });
    await initialize(server);
  }

  #server() {
    return {
      define: (nameOrClass: string | RoomClass, ...given: unknown[]): RegisteredHandler => {
        const named = typeof nameOrClass === "string";
        const name = named ? nameOrClass : nameOrClass.name;
        const [klass, options] = named ? given : [nameOrClass, ...given];
        const handler = new RegisteredHandler(klass as never, options);
        handler.name = name;
        this.rooms[name] = handler;
        return handler;
      },
      onShutdown: (callback: () => unknown) => {
        this.onShutdown = callback;
      },
      onBeforeShutdown: (callback: () => unknown) => {
        this.onShutdown ??= callback;
      },
      simulateLatency: () => {},
    };
  }
}
