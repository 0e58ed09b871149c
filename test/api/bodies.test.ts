/** Bodies of requests, on every route that takes one: so large, so deep, of one kind, and checked before they are parsed. */
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { isDeeper } from "../../server/api/json-body.ts";
import { bodyBytesMax, bodyDepthMax } from "../../server/api/limits.ts";
import { type ApiServer, adminToken, closeApiServers, startApi } from "./api-server.ts";

afterEach(closeApiServers);

const routes = [
  ["POST", "/v1/sessions", undefined],
  ["POST", "/matchmake/join/arena", undefined],
  ["PUT", "/admin/users/x/ban", adminToken],
] as const;

describe.each(routes)("%s %s", (method, path, token) => {
  const send = async (text: string) => (await startApi()).call(method, path, { text, token });

  it("[P6.7] takes no more bytes than the limit", async () => {
    const answered = await send(JSON.stringify({ name: "x".repeat(bodyBytesMax) }));
    expect(answered).toMatchObject({ status: 413, body: { code: "request/too-large" } });
  });

  it("[P6.7] takes nothing that is nested more deeply than the limit", async () => {
    const levels = bodyDepthMax + 1;
    const answered = await send(`${"[".repeat(levels)}${"]".repeat(levels)}`);
    expect(answered).toMatchObject({ status: 400, body: { code: "request/invalid" } });
    expect(answered.body.detail).toContain(`${bodyDepthMax} levels`);
  });

  it("[P6.7] answers at once who announces more than the limit, and lets them send nothing of it", async () => {
    const text = await rawAnswer(await startApi(), `${method} ${path} HTTP/1.1\r\nHost: x\r\n`, [
      ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
      "Content-Type: application/json",
      "Content-Length: 300000000",
    ]);
    expect(text).toMatch(/^HTTP\/1.1 413 /);
    expect(text).toMatch(/\r\nconnection: close\r\n/i);
  });
});

it("[P6] a body without a length is cut at the limit", async () => {
  const chunk = "x".repeat(4096);
  const chunks = Array.from({ length: 5 }, () => `1000\r\n${chunk}\r\n`).join("");
  const text = await rawAnswer(
    await startApi(),
    "POST /v1/sessions HTTP/1.1\r\nHost: x\r\n",
    ["Content-Type: application/json", "Transfer-Encoding: chunked"],
    chunks,
  );
  expect(text).toMatch(/^HTTP\/1.1 413 /);
});

/** Until the server closes the connection. */
async function rawAnswer(
  api: ApiServer,
  head: string,
  headers: readonly string[],
  body = "",
): Promise<string> {
  const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
  let text = "";
  socket.on("data", (data) => {
    text += data;
  });
  socket.on("error", () => {});
  socket.write(`${head}${headers.join("\r\n")}\r\n\r\n${body}`);
  await once(socket, "close");
  return text;
}

it.each([
  ["{}", 1, false],
  ["[]", 0, true],
  ['{"a":[{}]}', 3, false],
  ['{"a":[{}]}', 2, true],
  ["[[],[],[[]]]", 3, false],
  ['"[[[["', 0, false],
  ['["\\"[[["]', 1, false],
  ['["\\\\",[]]', 2, false],
  ['["\\\\",[]]', 1, true],
  ['{"ü[":1}', 1, false],
])("%s is deeper than %i: %s", (text, levels, deeper) => {
  expect(isDeeper(Buffer.from(text), levels)).toBe(deeper);
});
