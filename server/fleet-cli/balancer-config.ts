/**
 * What the load balancer in front of a fleet does, as nginx' configuration: pure, from ports and paths to text.
 * HTTP goes to any matchmaker. A WebSocket goes to the node that owns its match: a matchmaker is asked which
 * one that is, and asked again, for another one, when that one does not answer. It knows no match itself.
 */
import { hostAndPort, wildcardFamily } from "../address.ts";

export interface BalancerOptions {
  readonly host: string;
  readonly port: number;
  /** host:port of every matchmaker that is there or may come. */
  readonly matchmakers: readonly string[];
  /** For its process id and what it cannot keep in memory; it exists, and nginx' workers may enter it. */
  readonly directory: string;
}

/** 2,000 clients are two connections each, and a question for the owner while they come. */
const connectionsMax = 16_384;
const connectSecondsMax = 1;
/** A matchmaker holds the question for 3 s while a match is between two owners. */
const routeSecondsMax = 5;
/**
 * A node sends a ping every 1.5 s, whatever its match does: one that missed two is stuck, and spectators and who just
 * comes are sent elsewhere. It does not help players: to nginx, what a client sends is a sign of life of the node, too.
 */
const silentSecondsMax = 4;
/** A long poll of the API waits for 30 s. */
const apiSecondsMax = 75;
/** Node closes an idle connection after 5 s; who sends a POST on one that is just closing gets no answer. */
const idleSecondsMax = 2;

export function balancerConfig(options: BalancerOptions): string {
  const { host, port, matchmakers, directory } = options;
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

  # Always tried: a port where nobody is refuses at once, and one that was just tried in vain may be the next to live.
  upstream matchmakers {
${matchmakers.map((address) => `    server ${address} max_fails=0;`).join("\n")}
    keepalive 32;
    keepalive_timeout ${idleSecondsMax}s;
  }

  map $http_upgrade $connection_header { default upgrade; "" ""; }
  proxy_http_version 1.1;
  proxy_buffering off;
  proxy_connect_timeout ${connectSecondsMax}s;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_header;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-Proto $scheme;
  # Not what the caller says of itself: limits per address depend on it.
  proxy_set_header X-Forwarded-For $remote_addr;

  server {
    listen ${listenAddress(host, port)};
    client_max_body_size 1m;
    ${locations}
  }
}
`;
}

/** As Node does, `::` serves IPv4 too; nginx wants to be told. */
const listenAddress = (host: string, port: number) =>
  hostAndPort(host, port) + (wildcardFamily(host) === 6 ? " ipv6only=off" : "");

const toMatchmakers = `proxy_pass http://matchmakers;
      proxy_read_timeout ${apiSecondsMax}s;
      proxy_next_upstream error timeout http_502;`;

const toOwner = `auth_request /owner;
      auth_request_set $node_address $upstream_http_x_node_address;
      proxy_pass http://$node_address;
      proxy_read_timeout ${silentSecondsMax}s;
      proxy_send_timeout ${silentSecondsMax}s;
      proxy_intercept_errors on;`;

const locations = `
    location / {
      ${toMatchmakers}
    }
    # Two parts like a match, so they must be said before it.
    location ^~ /v1/ {
      ${toMatchmakers}
    }
    location ^~ /assets/ {
      ${toMatchmakers}
    }
    location ^~ /internal { return 404; }
    # Bans are said to a matchmaker itself, from inside.
    location ^~ /admin { return 404; }
    # One matchmaker's, and nobody's business outside: scrape the nodes themselves.
    location = /metrics { return 404; }

    # A match: /<process>/<match>.
    location ~ "^/[A-Za-z0-9_-]+/[A-Za-z0-9_-]+$" {
      if ($http_upgrade = "") { return 404; }
      set $avoid "";
      ${toOwner}
      error_page 502 503 504 = @again;
      error_page 500 =503 @nowhere;
    }
    # The owner did not answer: it is dead, or the match has just moved on.
    location @again {
      set $avoid $node_address;
      ${toOwner}
      error_page 500 =503 @nowhere;
    }
    # A question that was answered with no is an error 500 to nginx; to a client it is "ask again".
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
