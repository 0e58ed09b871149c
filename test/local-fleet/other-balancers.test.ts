/** Real haproxy and Caddy with the configurations of deploy/, before a server that says what reached it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as ask } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { freePort } from "../../client-sim/processes/free-port.ts";
import { caddyConfig, haproxyConfig } from "../../local-fleet/other-balancers.ts";
import { type ToolName, toolForTest } from "../../tools/ensure-tool.ts";
import { eventually } from "../e2e/server-child.ts";
import { keptOut, letThrough } from "./front.ts";
import { Client, httpServer, type StandIn } from "./stand-ins.ts";

const programs = [
  {
    tool: "haproxy",
    config: (port: number, server: string) => haproxyConfig({ at: `127.0.0.1:${port}`, servers: [server] }),
    args: (file: string) => ["-db", "-f", file],
  },
  {
    tool: "caddy",
    config: (port: number, server: string) =>
      caddyConfig({ at: `http://127.0.0.1:${port}`, servers: [server] }),
    args: (file: string) => ["run", "--adapter", "caddyfile", "--config", file],
  },
] as const satisfies readonly { tool: ToolName; config: unknown; args: unknown }[];

interface Front {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

it.for(programs)(
  "[P1.11] $tool lets through what the world may ask, in its own words, and nothing else",
  async ({ tool, config, args }, context) => {
    const path = await toolForTest(tool, context);
    const server = await sayingServer();
    const port = await freePort();
    const front = await started(path, { port, config: config(port, server.address), args });
    try {
      for (const each of letThrough) expect([each, (await get(port, each)).status]).toEqual([each, 200]);
      for (const each of keptOut) expect([each, (await get(port, each)).status]).toEqual([each, 404]);
      await saysWhoAsks(port);
      await leadsToMatches(port);
    } finally {
      await front.stop();
      await server.close();
    }
  },
);

async function started(
  path: string,
  { port, config, args }: { port: number; config: string; args: (file: string) => readonly string[] },
): Promise<Front> {
  const directory = mkdtempSync(join(tmpdir(), "holdfast-front-"));
  const file = join(directory, "config");
  writeFileSync(file, config);
  const env = { ...process.env, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory };
  const child = spawn(path, args(file), { stdio: "ignore", env });
  const ended = once(child, "exit");
  const ready = async () => (await get(port, "/readyz").catch(() => undefined))?.status === 200 || undefined;
  await eventually(ready, { what: `${path} and its server` });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  return { port, stop };
}

/** Says itself whose request it is, and passes on no word of the caller on that. */
async function saysWhoAsks(port: number): Promise<void> {
  const forged = {
    "x-forwarded-for": "192.0.2.1",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "evil.example",
    "x-real-ip": "192.0.2.1",
    "x-holdfast-secret": "guess",
  };
  const reached = JSON.parse((await get(port, "/v1/matches", forged)).body);
  expect(reached).toMatchObject({ "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http" });
  expect(reached.host).toBe(`127.0.0.1:${port}`);
  expect(JSON.stringify(reached)).not.toMatch(/192\.0\.2\.1|evil|guess/);
}

async function leadsToMatches(port: number): Promise<void> {
  const client = new Client(`ws://127.0.0.1:${port}/process1/abcdefgh2345?sessionId=s`);
  expect(await client.next()).toBe("/process1/abcdefgh2345?sessionId=s");
  client.close();
  expect(await new Client(`ws://127.0.0.1:${port}/admin`).refused()).toBe(404);
}

/** Answers every request with its headers, and every WebSocket with its address. */
async function sayingServer(): Promise<StandIn> {
  const standIn = await httpServer((request, response) => response.end(JSON.stringify(request.headers)));
  const sockets = new WebSocketServer({ server: standIn.server });
  sockets.on("connection", (socket, request) => socket.send(String(request.url)));
  const close = async () => {
    for (const socket of sockets.clients) socket.terminate();
    await standIn.close();
  };
  return { address: standIn.address, close };
}

/** The path as it is: fetch would change it. */
function get(port: number, path: string, headers = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = ask({ host: "127.0.0.1", port, path, headers }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode!, body }));
    });
    asked.on("error", reject);
    asked.end();
  });
}
