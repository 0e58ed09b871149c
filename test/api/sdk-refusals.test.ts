/** What the unmodified SDK of Colyseus shows of a refusal under /matchmake: our code and our words, whatever was wrong. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Client } from "@colyseus/sdk";
import { afterEach, describe, expect, it } from "vitest";
import { newApp } from "../../server/api/app.ts";
import { jsonBody } from "../../server/api/json-body.ts";
import { bodyBytesMax, bodyDepthMax } from "../../server/api/limits.ts";
import { type AllowedOrigins, allowedOrigins } from "../../server/net/origins.ts";
import { closeApiServers, startApi } from "./api-server.ts";

afterEach(closeApiServers);

const nested = (levels: number): object => (levels === 0 ? {} : { in: nested(levels - 1) });

/** @param body as the SDK's user gives it: what is no object goes as it is */
async function refusalOf(url: string, body: unknown, client = new Client(url)): Promise<Error> {
  const joining = client.joinOrCreate("arena", body as object);
  return joining.then(
    () => expect.fail("it was let in"),
    (error: Error) => error,
  );
}

describe("the SDK shows, in our words,", () => {
  it.each([
    [
      "a body that is too large",
      { name: "x".repeat(bodyBytesMax) },
      `request/too-large: at most ${bodyBytesMax} bytes`,
    ],
    [
      "one that is too deep",
      nested(bodyDepthMax),
      `request/invalid: body: at most ${bodyDepthMax} levels deep`,
    ],
    ["one that is not JSON", "{", "request/invalid: body: it is not JSON"],
    ["one of the wrong shape", { spectate: "yes" }, /^request\/invalid: options\.spectate: /],
  ])("[P7] %s", async (_what, body, text) => {
    const { url } = await startApi();
    const { message } = await refusalOf(url, body);
    if (typeof text === "string") expect(message).toBe(text);
    else expect(message).toMatch(text);
  });

  it("[P7] one of another kind", async () => {
    const client = new Client((await startApi()).url);
    const asked = client.http.post("/matchmake/join/arena", {
      body: "x",
      headers: { "content-type": "text/x" },
    });
    await expect(asked).rejects.toThrow("request/invalid: body: its Content-Type must be application/json");
  });

  it("[P7] what is no route, and a request too many", async () => {
    const { url } = await startApi();
    const asked = new Client(url).http.post("/matchmake/join/arena/more" as never, { body: {} } as never);
    await expect(asked).rejects.toThrow("request/not-found: POST /matchmake/join/arena/more");
    const limited = await startApi({ limits: { address: { burst: 0.5, refillMs: 2000 } } });
    expect((await refusalOf(limited.url, {})).message).toMatch(/^rate\/limited: /);
  });

  it("[P6] a body that does not come to its end", async () => {
    const { url, close } = await impatient();
    const client = new Client(url);
    Object.assign(client.http.options, { duplex: "half" });
    // It says one byte, and never another.
    const body = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode("{")) });
    const { message } = await refusalOf(url, body, client);
    expect(message).toBe("request/too-slow: body: all of it within 1 s");
    await close();
  });
});

/** A server that waits for a body for a moment only. */
async function impatient(): Promise<{ url: string; close: () => Promise<unknown> }> {
  const app = newApp({ trustProxy: "loopback", origins: allowedOrigins("own") as AllowedOrigins });
  app.use(jsonBody({ msMax: 100 }));
  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
