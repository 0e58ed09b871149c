/** A real nginx with the fleet's configuration, before stand-ins for the matchmakers and the nodes. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { request as ask } from "node:http";
import { request as askSecure } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "../../client-sim/processes/free-port.ts";
import { toolForTest } from "../../tools/ensure-tool.ts";
import { eventually } from "../e2e/server-child.ts";
import { keptOut, letThrough } from "./front.ts";
import {
  type Balancer,
  Client,
  httpServer,
  matchNode,
  Owners,
  type StandIn,
  startBalancer,
} from "./stand-ins.ts";

const owners = { current: new Owners() };
const started: { close(): unknown }[] = [];
let matchmakers: StandIn[];
let balancer: Balancer;

beforeEach(async (context) => {
  const nginx = await toolForTest("nginx", context);
  owners.current = new Owners();
  const one = (name: string) =>
    httpServer((request, response) => {
      if (request.url === "/internal/route") owners.current.answer(request, response);
      else if (request.url === "/v1/events") response.write("data: one\n\n");
      else response.end(`${name} ${request.method} ${request.url}`);
    });
  matchmakers = [await one("first"), await one("second")];
  started.push(...matchmakers);
  balancer = await startBalancer(
    nginx,
    matchmakers.map(({ address }) => address),
  );
});

afterEach(async () => {
  await balancer?.stop();
  for (const each of started.splice(0)) await each.close();
});

async function node(name: string): Promise<StandIn> {
  const standIn = await matchNode(name);
  started.push(standIn);
  return standIn;
}

function client(path: string): Client {
  const each = new Client(`ws://${balancer.url}${path}`);
  started.push(each);
  return each;
}

const get = async (path: string) => (await fetch(`http://${balancer.url}${path}`)).text();

test("a WebSocket reaches the node that owns its match, with its query and the client's address", async () => {
  const owner = await node("a");
  owners.current.set("match1", owner.address);
  const player = client("/process1/match1?sessionId=s1");
  expect(await player.next()).toBe("a /process1/match1?sessionId=s1 127.0.0.1");
  player.say("hello");
  expect(await player.next()).toBe("a heard hello");
});

test("[P5] the owner moves: the same URL reaches the new one", async () => {
  owners.current.set("match1", (await node("a")).address);
  expect(await client("/process1/match1").next()).toMatch(/^a /);
  owners.current.set("match1", (await node("b")).address);
  expect(await client("/process1/match1").next()).toMatch(/^b /);
});

test("[P5] a dead owner: the client is held until the new one is there, and asks for another than the dead", async () => {
  const dead = await node("a");
  owners.current.set("match1", dead.address);
  const before = client("/process1/match1");
  await before.next();
  started.splice(started.indexOf(dead), 1);
  await dead.close();
  await before.ended();
  const player = client("/process1/match1");
  await eventually(() => owners.current.asked.find((each) => each === `match1 ${dead.address}`));
  owners.current.set("match1", (await node("b")).address);
  expect(await player.next()).toMatch(/^b /);
});

test("[P6] a match that is nowhere is answered with 503, not with an error of the load balancer", async () => {
  expect(await client("/process1/nowhere").refused()).toBe(503);
});

test("HTTP goes to any matchmaker, and goes on when one is dead", async () => {
  const both = new Set([await get("/v1/matches"), await get("/v1/matches")]);
  expect(both).toEqual(new Set(["first GET /v1/matches", "second GET /v1/matches"]));
  const [dead] = matchmakers.splice(0, 1);
  started.splice(started.indexOf(dead!), 1);
  await dead!.close();
  for (let i = 0; i < 4; i++) expect(await get("/")).toBe("second GET /");
});

test("a matchmaker that comes back is used at once, also when it was the only one and was asked in vain", async () => {
  for (const each of started.splice(0)) await each.close();
  expect((await fetch(`http://${balancer.url}/`)).status).toBe(502);
  const port = Number(matchmakers[0]!.address.split(":")[1]);
  started.push(await httpServer((_, response) => response.end("back"), port));
  expect(await get("/")).toBe("back");
});

test("[P5] a match is found also when a matchmaker is dead", async () => {
  owners.current.set("match1", (await node("a")).address);
  const [dead] = matchmakers.splice(0, 1);
  started.splice(started.indexOf(dead!), 1);
  await dead!.close();
  for (let i = 0; i < 3; i++) expect(await client("/process1/match1").next()).toMatch(/^a /);
});

test("server-sent events come one by one", async () => {
  const response = await fetch(`http://${balancer.url}/v1/events`);
  const { value } = await response.body!.getReader().read();
  expect(new TextDecoder().decode(value)).toBe("data: one\n\n");
});

/** The path as it is: fetch would change it. */
function statusOf(path: string, url = balancer.url): Promise<number> {
  const [host = "", port = ""] = url.split(":");
  return new Promise((resolve, reject) => {
    const asked = ask({ host, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    asked.on("error", reject);
    asked.end();
  });
}

test("[P1.11] the world reaches what it may ask, and nothing else, whatever the letters", async () => {
  for (const path of letThrough) expect([path, await statusOf(path)]).toEqual([path, 200]);
  for (const path of keptOut) expect([path, await statusOf(path)]).toEqual([path, 404]);
});

test("[P6] an address that asks too often is told so, and one that is not counted is not", async (context) => {
  const nginx = await toolForTest("nginx", context);
  const limits = { connections: 2, requestsPerSecond: 1, requestsAtOnce: 3 };
  const strict = await startBalancer(nginx, [matchmakers[0]!.address], { limits, uncounted: [] });
  started.push({ close: () => strict.stop() });
  const asked = await Promise.all(Array.from({ length: 12 }, () => statusOf("/healthz", strict.url)));
  expect(new Set(asked)).toEqual(new Set([200, 429]));
  const uncounted = await Promise.all(Array.from({ length: 12 }, () => statusOf("/healthz")));
  expect(new Set(uncounted)).toEqual(new Set([200]));
});

test("[P6] a body that is larger than the server takes is not passed on", async () => {
  const body = "x".repeat(40_000);
  expect((await fetch(`http://${balancer.url}/v1/sessions`, { method: "POST", body })).status).toBe(413);
});

test("[P1] TLS ends here, for the named hosts alone, and plain HTTP leads to it", async (context) => {
  const nginx = await toolForTest("nginx", context);
  if (!existsSync("/usr/bin/openssl")) return context.skip("there is no openssl here");
  const directory = mkdtempSync(join(tmpdir(), "holdfast-tls-"));
  started.push({ close: () => rmSync(directory, { recursive: true }) });
  const [certificate, key] = ["cert.pem", "key.pem"].map((name) => join(directory, name)) as [string, string];
  const made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=game.test";
  execFileSync("openssl", [...made.split(" "), "-keyout", key, "-out", certificate], { stdio: "ignore" });
  const plainPort = await freePort();
  const tls = { certificate, key, names: ["game.test"], plainPort };
  const told = await httpServer((request, response) => response.end(JSON.stringify(request.headers)));
  const secure = await startBalancer(nginx, [told.address], { tls });
  started.push(told, { close: () => secure.stop() });

  const [host = "", port = ""] = secure.url.split(":");
  const answer = (servername: string): Promise<string> =>
    new Promise((resolve) => {
      const headers = { host: servername, "x-forwarded-proto": "http" };
      const asked = askSecure({
        host,
        port,
        path: "/v1/matches",
        headers,
        servername,
        rejectUnauthorized: false,
      });
      asked.on("response", (response) => response.on("data", (data) => resolve(String(data))));
      asked.on("error", (error) => resolve(error.message));
      asked.end();
    });
  expect(JSON.parse(await answer("game.test"))).toMatchObject({
    host: "game.test",
    "x-forwarded-proto": "https",
  });
  expect(await answer("evil.test")).toMatch(/alert|handshake|unrecognized/i);

  const plain = new Promise<string | undefined>((resolve, reject) => {
    const headers = { host: "game.test" };
    const asked = ask({ host, port: plainPort, path: "/docs/?a", headers }, (response) => {
      response.resume();
      resolve(response.headers.location);
    });
    asked.on("error", reject);
    asked.end();
  });
  expect(await plain).toBe(`https://game.test:${port}/docs/?a`);
});

test("Colyseus' own matchmaking and the page's files are not taken for matches", async () => {
  expect(await get("/matchmake/reconnect/match1")).toMatch(/GET \/matchmake\/reconnect\/match1$/);
  expect(await get("/assets/chunk")).toMatch(/GET \/assets\/chunk$/);
});
