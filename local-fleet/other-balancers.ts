/**
 * Configurations of haproxy and Caddy that let the same through as balancer-config.ts. In front of one server, or of
 * matchmakers whose room nodes have a --public-address, they do not ask which node has a match; in front of a fleet they
 * do, as nginx does.
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
  /** The servers are matchmakers, and room nodes are reached through the balancer. For haproxy: the file of `haproxyLua`. */
  readonly fleet?: { readonly lua: string } | true;
}

/** A server pings every WebSocket each 1.5 s, and the client answers: one that is silent for this long is dead. */
const silentSecondsMax = 10;

export function haproxyConfig({ at, servers, fleet }: FrontOptions): string {
  const { connections, requestsPerSecond, requestsAtOnce } = perAddress;
  const lua = typeof fleet === "object" ? `global\n  lua-load ${fleet.lua}\n\n` : "";
  return `# As many connections as its limit of open files allows (LimitNOFILE): each takes two.
${lua}defaults
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
${fleet === undefined ? "" : haproxyOwner}  default_backend servers

backend servers
  option httpchk GET /readyz
${servers.map((address, index) => `  server s${index + 1} ${address} check inter 1s`).join("\n")}
${fleet === undefined ? "" : haproxyNodes}`;
}

/** A match is at the node that a matchmaker names: 503 tells the client to ask again. */
const haproxyOwner = `  http-request lua.match_owner if match upgrade !folder
  http-request deny deny_status 503 if match upgrade !folder !{ var(txn.node_host) -m found }
  use_backend nodes if match upgrade !folder
`;

const haproxyNodes = `
backend nodes
  # A node that refuses is dead, and the match has another one soon: the client asks again.
  retries 0
  http-request set-dst var(txn.node_host)
  http-request set-dst-port var(txn.node_port),add(0)
  server owner 0.0.0.0:0
`;

/** Asks a matchmaker where a match is; the next one when it does not answer. */
export function haproxyLua(servers: readonly string[]): string {
  return `local matchmakers = { ${servers.map((address) => `"${address}"`).join(", ")} }

core.register_action("match_owner", { "http-req" }, function(txn)
  for _, address in ipairs(matchmakers) do
    local answer = core.httpclient():get{
      url = "http://" .. address .. "/internal/route",
      headers = { ["x-original-uri"] = { txn.sf:path() } },
      timeout = 5000,
    }
    if answer.status == 204 then
      local host, port = answer.headers["x-node-address"][0]:match("^(.+):(%d+)$")
      txn:set_var("txn.node_host", host)
      txn:set_var("txn.node_port", port)
      return
    end
    -- It answered: the match has no owner right now.
    if answer.status == 404 then return end
  end
end, 0)
`;
}

export function caddyConfig({ at, servers, fleet }: FrontOptions): string {
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
${fleet === undefined ? caddyServers(servers) : caddyOwner(servers)}
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

const caddyServers = (servers: readonly string[]) => `    reverse_proxy ${servers.join(" ")} {
${caddyHeaders}
    }`;

/** A matchmaker says at which node the match is. Nobody else does: the header of a caller is taken away first. */
const caddyOwner = (servers: readonly string[]) => `    route {
      request_header -X-Node-Address
      forward_auth ${servers.join(" ")} {
        uri /internal/route
        header_up X-Original-URI {http.request.orig_uri}
        header_up -Connection
        header_up -Upgrade
        copy_headers X-Node-Address
        lb_try_duration 2s
      }
      reverse_proxy {http.request.header.X-Node-Address} {
  ${caddyHeaders.replaceAll("\n", "\n  ")}
      }
    }`;
