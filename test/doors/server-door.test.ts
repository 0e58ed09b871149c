/** `holdfast/server`, and on the server that it starts the code of docs/client.md: what that page shows is what runs here. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SettingsError, type StartedServer, startServer } from "../../doors/server.ts";
import { play, refused, sdkAlone } from "../docs/client-page.ts";
import { press } from "../docs/tutorial-game.ts";

let dataDir: string;
let server: StartedServer | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "holdfast-server-door-"));
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

const settings = () => ({ port: 0, host: "127.0.0.1", dataDir, logLevel: "silent" as const });

test("a program starts a server with a game in hand, and docs/client.md plays on it", async () => {
  server = await startServer({ games: [press], settings: settings() });
  const { room, answer } = await sdkAlone(server.url);
  expect(answer).toEqual({ ok: true });
  await room.leave();
  // Then, since a match in which somebody presses is soon over.
  const said: string[] = [];
  const match = await play(server.url, said);
  await expect.poll(() => match.state.kind).toBe("over");
  // Two presses may come into one patch.
  expect(said.join()).toMatch(/\b1\d points/);
  expect(said).toContain("over");
  expect(await refused(server.url)).toEqual({
    ...{ code: "game/unknown", retry: false, forPlayers: "This server has no such game." },
  });
  await match.leave();
});

test("[P7] settings that are none, and games that are none, are refused by name", async () => {
  const wrong = { ...settings(), port: 70_000, colour: "red" };
  await expect(startServer({ settings: wrong as never })).rejects.toThrow(SettingsError);
  await expect(startServer({ settings: wrong as never })).rejects.toThrow(
    /There is no setting "colour"\.\nSetting port \(settings\) must be a whole number from 0 to 65535/,
  );
  const half = { ...press, step: undefined } as never;
  await expect(startServer({ games: [half], settings: settings() })).rejects.toMatchObject({
    code: "game/invalid",
  });
});

test("pages of one's own stand side by side, under the headers of every page, and one that is not there is named", async () => {
  const web = join(dataDir, "web");
  await expect(startServer({ games: [press], settings: { ...settings(), web } })).rejects.toMatchObject({
    ...{ code: "page/not-there", message: expect.stringContaining(join(web, "index.html")) },
  });
  mkdirSync(join(web, "second"), { recursive: true });
  writeFileSync(join(web, "index.html"), "first");
  writeFileSync(join(web, "second", "index.html"), "second");
  server = await startServer({ games: [press], settings: { ...settings(), web } });
  for (const [path, text] of [
    ["/", "first"],
    ["/second/", "second"],
  ] as const) {
    const page = await fetch(server.url + path);
    expect([page.status, await page.text()]).toEqual([200, text]);
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
  }
  expect((await fetch(`${server.url}/third/`)).status).toBe(404);
});

test("docs/client.md shows the code that is run here", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/client.md"), "utf8");
  const code = readFileSync(join(import.meta.dirname, "../docs/client-page.ts"), "utf8");
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, block]) => block!);
  expect(blocks.length).toBe(3);
  for (const block of blocks) expect(code).toContain(block);
});
