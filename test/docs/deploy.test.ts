/**
 * What can be known of deploy/ without a cluster: the server understands its settings, nginx and systemd take their
 * files, a node is given the time of its drain, and nginx' configuration is the one that the code writes.
 * `vitest run -u` writes the examples for load balancers again; the copy in kubernetes.yaml is to be changed by hand.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { balancerConfig } from "../../local-fleet/balancer-config.ts";
import { caddyConfig, haproxyConfig, haproxyLua } from "../../local-fleet/other-balancers.ts";
import { readConfig } from "../../server/settings/config.ts";
import { toolForTest } from "../../tools/ensure-tool.ts";

const deployed = (name: string) =>
  readFileSync(join(import.meta.dirname, "..", "..", "deploy", name), "utf8");

const runDirectory = "/run/holdfast-nginx";
const exampleHeader = `# What balancerConfig() of local-fleet/balancer-config.ts writes for two matchmakers. Put your addresses at
# \`server\` and \`listen\`; what the rest is for, docs/operations.md says. Compared by test/docs/deploy.test.ts.
`;

const otherHeader = `# In front of one server; of matchmakers, when every room node has a --public-address. What it lets through is the same
# as in nginx.conf.example. Written by local-fleet/other-balancers.ts, compared by test/docs/deploy.test.ts.
`;

const fleetHeader = `# In front of a fleet: a matchmaker says which room node has a match. Put the addresses of your matchmakers in. Written by
# local-fleet/other-balancers.ts, compared by test/docs/deploy.test.ts.
`;

/** From lines like NAME=value, as systemd reads them. */
function variables(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]));
}

function settingsFrom(env: Record<string, string>) {
  const readFile = () => {
    throw Object.assign(new Error("no such file"), { code: "ENOENT" });
  };
  return readConfig({ argv: [], env, readFile });
}

describe("deploy/", () => {
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "holdfast-deploy-"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(["room.env.example", "matchmaker.env.example"])("the server understands %s", (file) => {
    const unit = variables(deployed("holdfast@.service").replaceAll(/^Environment=/gm, ""));
    const env = { ...unit, ...variables(deployed("fleet.env.example")), ...variables(deployed(file)) };
    expect(settingsFrom(env)).toMatchObject({ ok: true, config: { store: "redis", nodeName: "%i" } });
  });

  it("the server understands the settings of the manifests", () => {
    const yaml = deployed("kubernetes.yaml");
    const shared = [...yaml.matchAll(/^ {2}([A-Z_]+): "?([^"\n]+)"?$/gm)];
    const own = [...yaml.matchAll(/{ name: ([A-Z_]+), value: "?([^"}]+?)"? }/g)];
    for (const role of ["room", "matchmaker"]) {
      const found = [...shared, ...own].map(([, name, value]) => [name!, value!]);
      const env = { ...Object.fromEntries(found), HOLDFAST_ROLE: role };
      expect(settingsFrom(env)).toMatchObject({ ok: true, config: { role, store: "redis", port: 2567 } });
    }
  });

  it("[P6] a node is given its drain and 15 s before it is killed", () => {
    const seconds = (file: string, pattern: RegExp) => Number(pattern.exec(deployed(file))?.[1]);
    const inManifests = seconds("kubernetes.yaml", /HOLDFAST_DRAIN_SECONDS_MAX: "(\d+)"/);
    const inUnits = seconds("fleet.env.example", /^HOLDFAST_DRAIN_SECONDS_MAX=(\d+)/m);
    const rooms = /name: holdfast-room\n.*?terminationGracePeriodSeconds: (\d+)/s;
    expect(seconds("kubernetes.yaml", rooms)).toBeGreaterThanOrEqual(inManifests + 15);
    expect(seconds("kubernetes.yaml", /minReadySeconds: (\d+)/)).toBeGreaterThan(inManifests);
    expect(seconds("holdfast@.service", /^TimeoutStopSec=(\d+)/m)).toBeGreaterThanOrEqual(inUnits + 15);
  });

  it("nginx.conf.example and the ConfigMap are what the code writes", async () => {
    const common = { host: "0.0.0.0", directory: runDirectory };
    const example = balancerConfig({
      ...common,
      port: 80,
      matchmakers: ["10.0.0.11:2600", "10.0.0.12:2600"],
    });
    await expect(exampleHeader + example).toMatchFileSnapshot("../../deploy/nginx.conf.example");
    const inCluster = balancerConfig({ ...common, port: 8080, matchmakers: ["holdfast-matchmaker:2567"] });
    const tls = {
      ...{ certificate: "/etc/holdfast/tls/fullchain.pem", key: "/etc/holdfast/tls/privkey.pem" },
      ...{ names: ["game.example"], plainPort: 80 },
    };
    const matchmakers = ["10.0.0.11:2600", "10.0.0.12:2600"];
    const secure = balancerConfig({ ...common, port: 443, matchmakers, tls });
    await expect(exampleHeader + secure).toMatchFileSnapshot("../../deploy/nginx-tls.conf.example");
    const [, copy = ""] = deployed("kubernetes.yaml").split("data:\n  nginx.conf: |\n");
    expect(copy.replaceAll(/^ {4}/gm, "")).toBe(inCluster);
  });

  it("the files for haproxy and Caddy are what the code writes", async () => {
    const servers = ["127.0.0.1:2567"];
    const haproxy = otherHeader + haproxyConfig({ at: ":80", servers });
    await expect(haproxy).toMatchFileSnapshot("../../deploy/haproxy.cfg.example");
    const caddy = otherHeader + caddyConfig({ at: "game.example", servers });
    await expect(caddy).toMatchFileSnapshot("../../deploy/Caddyfile.example");
    const fleet = ["10.0.0.11:2600", "10.0.0.12:2600"];
    const lua = "/etc/haproxy/holdfast-owner.lua";
    await expect(
      fleetHeader + haproxyConfig({ at: ":80", servers: fleet, fleet: { lua } }),
    ).toMatchFileSnapshot("../../deploy/haproxy-fleet.cfg.example");
    await expect(fleetHeader.replaceAll("#", "--") + haproxyLua(fleet)).toMatchFileSnapshot(
      "../../deploy/haproxy-owner.lua.example",
    );
    await expect(
      fleetHeader + caddyConfig({ at: "game.example", servers: fleet, fleet: true }),
    ).toMatchFileSnapshot("../../deploy/Caddyfile-fleet.example");
  });

  it("nginx takes nginx.conf.example", async (context) => {
    const nginx = await toolForTest("nginx", context);
    const run = join(directory, "run");
    mkdirSync(run);
    const file = join(directory, "nginx.conf");
    const config = deployed("nginx.conf.example").replaceAll(runDirectory, run);
    writeFileSync(file, config.replace("listen 0.0.0.0:80;", `listen unix:${run}/socket;`));
    execFileSync(nginx, ["-e", "stderr", "-t", "-q", "-c", file], { stdio: ["ignore", "ignore", "pipe"] });
  });

  it("systemd takes the units", (context) => {
    if (!existsSync("/usr/bin/systemd-analyze")) return context.skip("there is no systemd-analyze here");
    for (const name of ["holdfast@.service", "holdfast-balancer.service"]) {
      // What they start is not installed here.
      const unit = deployed(name).replaceAll(/^(Exec\w+)=\/(opt|usr)\S+/gm, "$1=/bin/true");
      writeFileSync(join(directory, name), unit);
      const file = join(directory, name.replace("@", "@room-1"));
      if (name.includes("@")) writeFileSync(file, unit);
      expect(verified(file), name).toBe("");
    }
  });
});

/** What systemd-analyze has to say about a unit; nothing about one that is well. */
function verified(file: string): string {
  const run = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
  const said = run.stderr.split("\n").filter((line) => line.includes("holdfast"));
  return said.join("\n") || (run.status === 0 ? "" : `status ${run.status}`);
}
