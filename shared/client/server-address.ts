/**
 * Addresses under the one that a server is known by, which may have a path (`https://host/game`): of its routes, of
 * its WebSocket door, and of a room behind a door. Nothing else puts addresses together.
 */

/** @param route begins with a slash */
export function routeAddress(server: string, route: string): URL {
  const { origin, pathname } = new URL(server);
  return new URL(`${origin}${withoutSlash(pathname)}${route}`);
}

/**
 * @param address of another door than the server's own, as the API names it: host, port, maybe a path
 * @returns undefined when it is none
 */
export function doorAddress(server: string, address?: string): string | undefined {
  const { protocol, host, pathname } = new URL(server);
  const scheme = protocol === "https:" || protocol === "wss:" ? "wss" : "ws";
  const at = `${scheme}://${address ?? `${host}${pathname}`}`;
  return URL.canParse(at) ? withoutSlash(at) : undefined;
}

/** Of a room's address `<door>/<process>/<room>?…`: the door alone. */
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
