/** The load balancer's configuration as text: what is in it, and what is not. That nginx does it: balancer.test.ts. */
import { expect, test } from "vitest";
import { balancerConfig } from "../../local-fleet/balancer-config.ts";

const options = {
  host: "0.0.0.0",
  port: 2567,
  matchmakers: ["127.0.0.1:2570", "127.0.0.1:2571"],
  directory: "/tmp/fleet/nginx",
};
const config = balancerConfig(options);

test("every matchmaker is in the list, and the port is the fleet's", () => {
  expect(config).toMatch(/server 127\.0\.0\.1:2570 max_fails=0;\n +server 127\.0\.0\.1:2571 /);
  expect(config).toContain("listen 0.0.0.0:2567;");
  expect(balancerConfig({ ...options, host: "::1" })).toContain("listen [::1]:2567;");
});

test("it writes nowhere but in its directory", () => {
  const paths = [...config.matchAll(/(?:pid|_path) "?([^";]+)/g)].map(([, path]) => path);
  expect(paths).toHaveLength(6);
  for (const path of paths) expect(path).toMatch(/^\/tmp\/fleet\/nginx\//);
  expect(config).toContain("access_log off;");
  expect(config).toContain("proxy_buffering off;");
});

test("[P6] a connection outlives two pings of 1.5 s, and the question for an owner the 3 s that it may be held", () => {
  const seconds = [...config.matchAll(/proxy_read_timeout (\d+)s/g)].map(([, value]) => Number(value));
  expect(Math.min(...seconds)).toBeGreaterThan(3);
  expect(config).toMatch(/auth_request \/owner;[^}]*proxy_read_timeout 4s;/);
});

test("what is not said to be for the outside is closed to it", () => {
  expect(config).toContain("location / { return 404; }");
  expect(config).not.toMatch(/location (=|\^~) \/(internal|admin|metrics)/);
});

test("with TLS only the named hosts are answered, and plain HTTP leads there", () => {
  const tls = {
    certificate: "/c.pem",
    key: "/k.pem",
    names: ["game.example", "www.game.example"],
    plainPort: 80,
  };
  const secure = balancerConfig({ ...options, port: 443, tls });
  expect(secure).toMatch(/listen 0\.0\.0\.0:443 default_server ssl;\n +ssl_reject_handshake on;/);
  expect(secure).toMatch(/server_name game\.example www\.game\.example;\n +ssl_certificate \/c\.pem;/);
  expect(secure).toContain("return 308 https://$host$request_uri;");
});
