/** The command `keys rotate` against real answers: of a server, of one that refuses, and of something else. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { rotateKeys } from "../../server/rotate-keys.ts";
import { adminToken, closeApiServers, startApi } from "./api-server.ts";

const others: Server[] = [];

afterEach(async () => {
  await closeApiServers();
  for (const server of others.splice(0)) await new Promise((resolve) => server.close(resolve));
});

const rotate = (url: string, token = adminToken) => rotateKeys({ url, token, endSessions: false });

/** Something that is no server of ours. */
async function page(status: number, html: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { "content-type": "text/html" }).end(html);
  });
  others.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it("keys rotate says which key signs from now on", async () => {
  const { url } = await startApi();
  const done = await rotate(url);
  expect(done.ok).toBe(true);
  expect(JSON.parse(done.said)).toMatchObject({ kid: expect.any(String), endedSessions: false });
});

it("[P7] keys rotate says in words which token is wrong, and which is missing", async () => {
  const { url } = await startApi();
  const wrong = await rotate(url, "guess");
  expect(wrong.ok).toBe(false);
  expect(wrong.said).toContain("HOLDFAST_ADMIN_TOKEN is not the --admin-token");
  expect(wrong.said).toContain("request/forbidden");
  expect(wrong.said).not.toContain("{");
  expect((await rotate(url, "")).said).toContain("HOLDFAST_ADMIN_TOKEN is not set");
});

it.each([
  [404, "404 Not Found"],
  [200, "Welcome"],
])(
  "[P7] keys rotate says that a page with status %i is no Holdfast server, and shows nothing of it",
  async (status, html) => {
    const url = await page(status, `<html><h1>${html}</h1></html>`);
    const { ok, said } = await rotate(url);
    expect(ok).toBe(false);
    expect(said).toBe(
      `${url} answered ${status} and is no Holdfast server: is it a load balancer? Give --url of a matchmaker; \`npm run fleet -- status\` lists them`,
    );
  },
);

it("[P7] keys rotate says that nothing answers, and why", async () => {
  const url = await page(200, "");
  await new Promise((resolve) => others.pop()!.close(resolve));
  expect((await rotate(url)).said).toMatch(/^no answer from http:\S+: .*ECONNREFUSED/);
});
