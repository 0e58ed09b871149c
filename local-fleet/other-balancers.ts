/**
 * Configurations of haproxy and Caddy that let the same through as balancer-config.ts: in front of one server, or of
 * matchmakers whose room nodes have a --public-address. Unlike nginx, they do not ask which node has a match.
 */
import {
  answerSecondsMax,
  bodyKibMax,
  foreignHeaders,
  matchPath,
  perAddress,
  publicFolders,
  publicPaths,
  requestSecondsMax,
} from "./public-paths.ts";

export interface FrontOptions {
  /** Where to listen, in the program's own form; for Caddy the site. */
  readonly at: string;
  /** host:port. */
  readonly servers: readonly string[];
}

/** A server pings every WebSocket each 1.5 s, and the client answers: one that is silent for this long is dead. */
const silentSecondsMax = 10;

export function haproxyConfig({ at, servers }: FrontOptions): string {
  const { connections, requestsPerSecond, requestsAtOnce } = perAddress;
  return `# As many connections as its limit of open files allows (LimitNOFILE): each takes two.
defaults
  mode http
  timeout connect 1s
  timeout http-request ${requestSecondsMax}s
  timeout http-keep-alive ${requestSecondsMax}s
  timeout client ${answerSecondsMax}s
  timeout server ${answerSecondsMax}s
  timeout tunnel ${silentSecondsMax}s

frontend world
  bind ${at}
  # Callers are counted by their IPv4 address, or their /64 of IPv6; those on this machine are not counted.
  stick-table type ipv6 size 100k expire 60s store conn_cur,http_req_rate(10s)
  acl near src 127.0.0.0/8 ::1
  http-request track-sc0 src,ipmask(32,64) unless near
  http-request deny deny_status 429 if { sc_conn_cur(0) gt ${connections} }
  http-request deny deny_status 429 if { sc_http_req_rate(0) gt ${requestsPerSecond * 10 + requestsAtOnce} }

  # What clients may ask for; all else is answered with 404. Capitals matter, and no path may stand for another.
  acl public path -m str ${publicPaths.join(" ")}
  acl public path -m beg ${publicFolders.join(" ")}
  acl match path -m reg ${matchPath}
  acl upgrade hdr(Upgrade) -i websocket
  acl folder path -m beg ${publicFolders.join(" ")}
  http-request deny deny_status 404 if { path -m reg (//|/[.]|%2[eEfF]) }
  http-request deny deny_status 404 unless public or match upgrade !folder
  http-request deny deny_status 413 if { req.body_size gt ${bodyKibMax * 1024} }

${foreignHeaders.map((name) => `  http-request del-header ${name}`).join("\n")}
  http-request set-header X-Forwarded-For %[src]
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Proto https if { ssl_fc }
  default_backend servers

backend servers
  option httpchk GET /readyz
${servers.map((address, index) => `  server s${index + 1} ${address} check inter 1s`).join("\n")}
`;
}

export function caddyConfig({ at, servers }: FrontOptions): string {
  return `{
  admin off
  servers {
    max_header_size 16KB
    timeouts {
      read_header ${requestSecondsMax}s
      read_body ${requestSecondsMax}s
      idle ${requestSecondsMax}s
    }
  }
}

# Caddy has no limits of rates and connections of its own: the server's limits per address must do.
${at} {
  @public path ${publicPaths.join(" ")} ${publicFolders.map((path) => `${path}*`).join(" ")}
  @match {
    path_regexp ${matchPath}
    header_regexp Upgrade (?i)^websocket$
  }
  handle @public {
    request_body {
      max_size ${bodyKibMax}KB
    }
    reverse_proxy ${servers.join(" ")} {
${caddyHeaders}
    }
  }
  handle @match {
    reverse_proxy ${servers.join(" ")} {
${caddyHeaders}
    }
  }
  # What clients may not ask for is answered with 404.
  handle {
    respond 404
  }
}
`;
}

/** Caddy sets X-Forwarded-For, -Proto and -Host itself and ignores those of callers that it does not trust. */
const caddyHeaders = foreignHeaders
  .filter((name) => name !== "X-Forwarded-Host")
  .map((name) => `      header_up -${name}`)
  .join("\n");
