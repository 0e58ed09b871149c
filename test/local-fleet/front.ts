/** What every program in front of a server must let through and must not: one table for nginx, haproxy and Caddy. */

export const letThrough = [
  ...["/", "/index.html", "/assets/a-1.js", "/docs", "/docs/", "/docs/errors", "/openapi.json"],
  ...["/v1/matches", "/v1/tickets/x/events", "/matchmake/reconnect/abcdefgh2345", "/healthz", "/readyz"],
];

export const keptOut = [
  ...["/metrics", "/METRICS", "/metrics/", "/admin", "/ADMIN", "/admin/users/x/ban", "/Admin/users/x/ban"],
  ...["/internal", "/internal/route", "/Internal/route/", "/INTERNAL/join", "/owner", "/nowhere", "/a/b/c"],
  ...["/v1", "/__healthcheck", "/process1/abcdefgh2345", "//admin/users/x/ban", "/%61dmin", "/.git/config"],
];
