/**
 * Builds the addresses below a server's own, which may have a path (`https://host/game`): those of its routes, of
 * its WebSocket endpoint, here "door", and of a room behind it. Nothing else builds addresses.
 */

/** @param route begins with a slash */
export function routeAddress(server: string, route: string): URL {
  const { origin, pathname } = new URL(server);
  return new URL(`${origin}${withoutSlash(pathname)}${route}`);
}

/**
 * @param address of another door than the server's own, as the API names it: host, port, maybe a path
 * @returns undefined when it is not a valid address
 */
export function doorAddress(server: string, address?: string): string | undefined {
  const { protocol, host, pathname } = new URL(server);
  const scheme = protocol === "https:" || protocol === "wss:" ? "wss" : "ws";
  const at = `${scheme}://${address ?? `${host}${pathname}`}`;
  return URL.canParse(at) ? withoutSlash(at) : undefined;
}

/** The door in a room's address `<door>/<process>/<room>?…`. */
export function doorOf(room: string): string {
  const { protocol, host, pathname } = new URL(room);
  return `${protocol}//${host}${pathname.split("/").slice(0, -2).join("/")}`;
}

/** The same room behind another door. */
export function behindDoor(room: string, door: string): string {
  const { pathname, search } = new URL(room);
  return `${door}/${pathname.split("/").slice(-2).join("/")}${search}`;
}

function withoutSlash(text: string): string {
  return text.replace(/\/+$/, "");
}
