/**
 * The configuration of nginx as a fleet's load balancer: pure, from ports and paths to text. HTTP goes to any
 * matchmaker. A WebSocket goes to the node that owns its match: nginx asks a matchmaker for it, and asks again
 * when that node does not answer. nginx itself knows no matches.
 */
import { hostAndPort, wildcardFamily } from "../server/net/address.ts";
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

interface BalancerTls {
  readonly certificate: string;
  readonly key: string;
  readonly names: readonly string[];
  /** The port of plain HTTP, from which callers are redirected to TLS. */
  readonly plainPort: number;
}

export interface BalancerOptions {
  readonly host: string;
  readonly port: number;
  /** host:port of every matchmaker, present or future. */
  readonly matchmakers: readonly string[];
  /** For its process id and temporary files. It must exist, and nginx' workers must be able to enter it. */
  readonly directory: string;
  /** TLS ends here; `names` are the hosts that callers may name, other connections are closed. */
  readonly tls?: BalancerTls;
  /** Default: the server's own limits. */
  readonly limits?: typeof perAddress;
  /** Networks whose callers are not limited; default: this machine, where bots and tests run. */
  readonly uncounted?: readonly string[];
}

/** Enough for 2,000 clients: each has two connections, and a request for the owner while it connects. */
const connectionsMax = 16_384;
const connectSecondsMax = 1;
/** A matchmaker holds the request for 3 s while a match is between two owners. */
const routeSecondsMax = 5;
/**
 * A node sends a ping every 1.5 s, whatever its match does: after two missed ones it counts as stuck, and spectators and
 * newcomers are cut off and come back elsewhere. Players are not: nginx counts what a client sends as activity, too.
 */
const silentSecondsMax = 4;
/** Less than the 5 s after which Node closes an idle connection: a POST on one that is closing gets no answer. */
const idleSecondsMax = 2;

const thisMachine = ["127.0.0.0/8", "::1/128"];

export function balancerConfig(options: BalancerOptions): string {
  const { matchmakers, directory } = options;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `daemon off;
worker_processes 1;
worker_rlimit_nofile ${connectionsMax};
pid "${directory}/nginx.pid";
error_log stderr notice;
events { worker_connections ${connectionsMax}; }
http {
  access_log off;
  server_tokens off;
${temporary.map((what) => `  ${what}_temp_path "${directory}/${what}";`).join("\n")}

  # Always tried: a port without a process refuses at once, and one that has just failed may be the next to work.
  upstream matchmakers {
${matchmakers.map((address) => `    server ${address} max_fails=0;`).join("\n")}
    keepalive 32;
    keepalive_timeout ${idleSecondsMax}s;
  }
${limits(options)}
  # A request that arrives too slowly is given up, and so is a caller that does not read.
  client_header_timeout ${requestSecondsMax}s;
  client_body_timeout ${requestSecondsMax}s;
  send_timeout ${requestSecondsMax}s;
  keepalive_timeout ${requestSecondsMax}s;
  reset_timedout_connection on;
  client_max_body_size ${bodyKibMax}k;

  map $http_upgrade $connection_header { default upgrade; "" ""; }
  proxy_http_version 1.1;
  proxy_buffering off;
  proxy_connect_timeout ${connectSecondsMax}s;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_header;
  # The server knows the page's own origin by it.
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-Proto $scheme;
  # Never the header that the caller sent: limits per address depend on this one.
  proxy_set_header X-Forwarded-For $remote_addr;
${foreignHeaders.map((name) => `  proxy_set_header ${name} "";`).join("\n")}
${servers(options)}}
`;
}

/** Limits for each caller, which is an IPv4 address, or an IPv6 network as one caller has it. */
function limits({ limits: most = perAddress, uncounted = thisMachine }: BalancerOptions): string {
  const { connections, requestsPerSecond, requestsAtOnce } = most;
  return `
  geo $counted { default 1; ${uncounted.map((network) => `${network} 0;`).join(" ")} }
  map $remote_addr $network { default $binary_remote_addr; "~^(?<prefix>([0-9a-f]*:){4})" $prefix; }
  map $counted $caller { 0 ""; default $network; }
  limit_conn_zone $caller zone=connections:10m;
  limit_conn connections ${connections};
  limit_conn_status 429;
  limit_req_zone $caller zone=requests:10m rate=${requestsPerSecond}r/s;
  limit_req zone=requests burst=${requestsAtOnce} nodelay;
  limit_req_status 429;
`;
}

function servers({ host, port, tls }: BalancerOptions): string {
  if (tls === undefined)
    return `
  server {
    listen ${listenAddress(host, port)};
${locations}
  }
`;
  const names = tls.names.join(" ");
  return `
  # A request for another host, or for none, gets no answer.
  server {
    listen ${listenAddress(host, port)} default_server ssl;
    ssl_reject_handshake on;
  }
  server {
    listen ${hostAndPort(host, port)} ssl;
    server_name ${names};
    ssl_certificate ${tls.certificate};
    ssl_certificate_key ${tls.key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:10m;
    ssl_session_tickets off;
${locations}
  }
  server {
    listen ${listenAddress(host, tls.plainPort)} default_server;
    return 444;
  }
  server {
    listen ${hostAndPort(host, tls.plainPort)};
    server_name ${names};
    return 308 https://$host${port === 443 ? "" : `:${port}`}$request_uri;
  }
`;
}

const toMatchmakers = `proxy_pass http://matchmakers;
      proxy_read_timeout ${answerSecondsMax}s;
      proxy_next_upstream error timeout http_502;`;

const toOwner = `auth_request /owner;
      auth_request_set $node_address $upstream_http_x_node_address;
      proxy_pass http://$node_address;
      proxy_read_timeout ${silentSecondsMax}s;
      proxy_send_timeout ${silentSecondsMax}s;
      proxy_intercept_errors on;`;

/** The address to listen on, for the first server of a port, which defines how the port is opened for all. */
const listenAddress = (host: string, port: number) =>
  hostAndPort(host, port) + (wildcardFamily(host) === 6 ? " ipv6only=off" : "");

const open = (location: string) => `    location ${location} {
      ${toMatchmakers}
    }`;

/** Folder names without a slash, which nginx would redirect to the folder. */
const folderNames = publicFolders.map((folder) => folder.slice(0, -1));
const closed = folderNames.filter((name) => !(publicPaths as readonly string[]).includes(name));

const locations = `    # What clients may ask for; all else is answered with 404. Folders come before matches, whose paths also have two parts.
    location / { return 404; }
${[...publicPaths.map((path) => `= ${path}`), ...publicFolders.map((path) => `^~ ${path}`)].map(open).join("\n")}
${closed.map((path) => `    location = ${path} { return 404; }`).join("\n")}

    # A match: /<process>/<match>.
    location ~ "${matchPath}" {
      if ($http_upgrade = "") { return 404; }
      set $avoid "";
      ${toOwner}
      error_page 502 503 504 = @again;
      error_page 500 =503 @nowhere;
    }
    # The owner did not answer: it is dead, or the match has just moved.
    location @again {
      set $avoid $node_address;
      ${toOwner}
      error_page 500 =503 @nowhere;
    }
    # When the lookup is refused, nginx has an error 500; a client is told to ask again.
    location @nowhere { return 503; }

    location = /owner {
      internal;
      proxy_pass http://matchmakers/internal/route;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header Connection "";
      proxy_set_header X-Original-URI $request_uri;
      proxy_set_header X-Avoid $avoid;
      proxy_read_timeout ${routeSecondsMax}s;
      proxy_next_upstream error timeout http_502;
    }`;
