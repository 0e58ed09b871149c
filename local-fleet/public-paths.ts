/**
 * What the world may ask of a server, whatever stands in front of it: everything else is refused there already. Bans,
 * metrics and what nodes say to each other are not in it. The server itself compares letter by letter, too.
 */

/** As they are. */
export const publicPaths = ["/", "/index.html", "/docs", "/openapi.json", "/healthz", "/readyz"] as const;

/** And everything below. */
export const publicFolders = ["/assets/", "/docs/", "/v1/", "/matchmake/"] as const;

/** A match: /<process>/<match>, for WebSockets alone. */
export const matchPath = "^/[A-Za-z0-9_-]+/[a-z0-9]+$";

/** Set by whoever stands in front, never by a caller. */
export const foreignHeaders = ["X-Forwarded-Host", "Forwarded", "X-Real-IP", "X-Holdfast-Secret"] as const;

/** Of one address, or one network of IPv6; as the server's own defaults. */
export const perAddress = { connections: 512, requestsPerSecond: 50, requestsAtOnce: 500 };

/** A whole request has come by then, or it is given up. */
export const requestSecondsMax = 10;
/** Somewhat above what the server takes, which says no in its own words. */
export const bodyKibMax = 32;
/** A long poll of the API waits for 60 s. */
export const answerSecondsMax = 75;
