/**
 * `npm start` on an IPv6 address, as a client sees it whose one request falls into the moment between two processes:
 * it is answered late, never refused. The bots and the standby start too, which need a URL that is one.
 */
import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { startTestServer } from "./server-process.ts";

const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
const host = addresses.some(({ address }) => address === "::1") ? "::1" : "127.0.0.1";

test("[P5] requests that are made while the server is killed are answered by the next one", async () => {
  const args = ["--log-level", "warn", "--host", host, "--bots", "--house-bots", "2"];
  await using started = await startTestServer({ supervised: true, args });
  const { server, url } = started;
  expect(URL.canParse(url)).toBe(true);
  const matches = async () =>
    ((await (await fetch(`${url}/v1/matches`)).json()) as { matches: object[] }).matches;
  await expect.poll(matches, { timeout: 60_000 }).toMatchObject([{ seats: { taken: 2 } }]);

  // It stands still first, so that it cannot take the connections with it.
  process.kill(server.pid!, "SIGSTOP");
  const asked = Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/healthz`)));
  server.kill();
  expect((await asked).map(({ status }) => status)).toEqual(Array(20).fill(200));
  await server.ready(60_000);
});
