/**
 * The paths that a load balancer lets through, whichever one it is; it refuses everything else. Bans, metrics and the
 * routes between nodes are not among them. The server itself compares paths letter by letter, too.
 */

/** Exact paths. */
export const publicPaths = ["/", "/index.html", "/docs", "/openapi.json", "/healthz", "/readyz"] as const;

/** Folders, with everything below them. */
export const publicFolders = ["/assets/", "/docs/", "/v1/", "/matchmake/", "/auth/"] as const;

/** A match: /<process>/<match>, for WebSockets alone. */
export const matchPath = "^/[A-Za-z0-9_-]+/[a-z0-9]+$";

/** Headers that only a load balancer may set, never a caller. */
export const foreignHeaders = ["X-Forwarded-Host", "Forwarded", "X-Real-IP", "X-Holdfast-Secret"] as const;

/** Limits of one IPv4 address or IPv6 network, equal to the server's defaults. */
export const perAddress = { connections: 512, requestsPerSecond: 50, requestsAtOnce: 500 };

/** Limit until a whole request has arrived. */
export const requestSecondsMax = 10;
/** Somewhat above the server's own limit, so that the server refuses with its own error. */
export const bodyKibMax = 32;
/** A long poll of the API waits for 60 s. */
export const answerSecondsMax = 75;
