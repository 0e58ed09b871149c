/** The page and the descriptions: from memory, under whatever path a proxy strips, and every problem explained. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { request as ask, createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from "vitest";
import { filesIn } from "../../server/api/memory-files.ts";
import { errorCodes } from "../../shared/wire/errors.ts";
import { eventually } from "../e2e/server-child.ts";
import { closeApiServers, startApi } from "./api-server.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-page-"));
const html = '<!doctype html><link href="./assets/a-1.css"><script src="./assets/a-1.js"></script>';
const script = `// ${"x".repeat(200_000)}`;
const proxies: Server[] = [];

beforeAll(() => {
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), html);
  writeFileSync(join(folder, "assets", "a-1.js"), script);
  writeFileSync(join(folder, "assets", "a-1.js.br"), brotliCompressSync(script));
});
afterEach(async () => {
  for (const proxy of proxies.splice(0)) proxy.close();
  await closeApiServers();
});
afterAll(() => rmSync(folder, { recursive: true }));

const serve = () => startApi({ page: filesIn(folder) });

describe("the page", () => {
  it("is asked for anew each time, its files never again", async () => {
    const { call } = await serve();
    for (const path of ["/", "/index.html"]) {
      const page = await call("GET", path);
      expect(page).toMatchObject({ status: 200, type: "text/html", body: html });
      expect(page.headers.get("cache-control")).toBe("no-cache");
    }
    const file = await call("GET", "/assets/a-1.js");
    expect(file).toMatchObject({ status: 200, type: "text/javascript", body: script });
    expect(file.headers.get("cache-control")).toMatch(/max-age=\d{7,}, immutable/);
  });

  it("is not sent to who has it already, nor its body to who asks for the head", async () => {
    const { call, url } = await serve();
    const tag = (await call("GET", "/")).headers.get("etag")!;
    // As browsers ask; fetch would say beside it that it takes nothing from a cache.
    const asWith = async (known: string) => rawGet(url, "br", "/", { "if-none-match": known });
    expect(await asWith(tag)).toMatchObject({ status: 304, body: Buffer.alloc(0) });
    expect((await asWith('"other"')).status).toBe(200);
    const head = await call("HEAD", "/");
    expect([head.status, head.body]).toEqual([200, ""]);
    expect(head.headers.get("content-length")).toBe(String(html.length));
  });

  it("is sent packed to who takes it, under another tag", async () => {
    const { url } = await serve();
    const [packed, plain] = await Promise.all(["br, gzip", "gzip"].map((accept) => rawGet(url, accept)));
    expect(packed!.headers["content-encoding"]).toBe("br");
    expect(brotliDecompressSync(packed!.body).toString()).toBe(script);
    expect(plain!.headers["content-encoding"]).toBeUndefined();
    expect(plain!.body.toString()).toBe(script);
    expect(packed!.headers.vary).toMatch(/accept-encoding/i);
    expect(packed!.headers.etag).not.toBe(plain!.headers.etag);
  });

  it.each([
    "/assets/../../package.json",
    "/assets/%2e%2e/index.html",
    "/assets",
    "/assets/",
    "/a.js",
    "/.br",
  ])("[P1] has nothing at %s", async (path) => {
    const { url } = await serve();
    expect((await rawGet(url, "br", path)).status).toBe(404);
  });

  it.runIf(process.platform === "linux")(
    "[P6] leaves no descriptor with who is gone in the middle of it",
    async () => {
      const { url } = await serve();
      const open = () => readdirSync("/proc/self/fd").length;
      const before = open();
      const port = Number(new URL(url).port);
      for (let i = 0; i < 20; i++) {
        const socket = connect(port, "127.0.0.1");
        const asked = "GET /assets/a-1.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20);
        await new Promise<void>((resolve) => socket.write(asked, () => resolve()));
        socket.resetAndDestroy();
      }
      await eventually(() => (open() <= before ? true : undefined), {
        what: "as many descriptors as before",
      });
    },
  );
});

it("a server without a page has none, and says so", async () => {
  expect(filesIn(join(folder, "nowhere")).size).toBe(0);
  expect((await (await startApi()).call("GET", "/")).status).toBe(404);
});

describe("a problem", () => {
  const paths = ["/nowhere", "/v1/nowhere", "/v1/matches/other", "/v1/tickets/x/events", "/matchmake/a/b/c"];
  it.each(["", "/game", "/a/b"])("is explained where its type says, behind the path '%s'", async (prefix) => {
    const base = await behind(prefix, (await serve()).url);
    for (const path of paths) {
      const answered = await fetch(base + path);
      const { type, code } = (await answered.json()) as { type: string; code: string };
      const explanation = new URL(type, base + path);
      expect(explanation.href).toBe(`${base}/docs/errors#${code.replace("/", "-")}`);
      const page = await fetch(explanation);
      expect(page.headers.get("content-type")).toContain("text/html");
      expect(await page.text()).toContain(`id="${explanation.hash.slice(1)}"`);
    }
  });
});

test("the page of errors has every code, once, with what to do about it", async () => {
  const { body } = await (await startApi()).call("GET", "/docs/errors");
  const ids = [...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids.sort()).toEqual(
    Object.keys(errorCodes)
      .map((code) => code.replace("/", "-"))
      .sort(),
  );
  expect(body).toContain("Every seat of the match is taken.");
});

test("page, docs and description find each other behind a path", async () => {
  const base = await behind("/game", (await serve()).url);
  const page = await (await fetch(`${base}/`)).text();
  for (const [, link] of page.matchAll(/(?:href|src)="([^"]+)"/g))
    expect(new URL(link!, `${base}/`).href.startsWith(`${base}/assets/`)).toBe(true);
  const docs = await fetch(`${base}/docs`);
  expect([docs.status, docs.url]).toEqual([200, `${base}/docs/`]);
  for (const [, link] of (await docs.text()).matchAll(/(?:href|src)="([^"]+)"/g))
    expect((await fetch(new URL(link!, docs.url))).status).toBe(200);
  const described = await fetch(new URL("../openapi.json", docs.url));
  const { servers } = (await described.json()) as { servers: { url: string }[] };
  expect(new URL(servers[0]!.url, described.url).href).toBe(`${base}/`);
});

/** A proxy that strips a path. @returns the address of the server as a caller sees it */
async function behind(prefix: string, url: string): Promise<string> {
  const proxy = createServer((asked, answer) => {
    if (!asked.url?.startsWith(`${prefix}/`)) return void answer.writeHead(404).end();
    const upstream = ask(url + asked.url.slice(prefix.length), { method: asked.method }, (response) => {
      answer.writeHead(response.statusCode!, response.headers);
      response.pipe(answer);
    });
    upstream.end();
  });
  proxies.push(proxy);
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${prefix}`;
}

function rawGet(url: string, accept: string, path = "/assets/a-1.js", more = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }>((resolve) => {
    const { hostname, port } = new URL(url);
    const headers = { "accept-encoding": accept, ...more };
    const asked = ask({ hostname, port, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    asked.end();
  });
}
