/**
 * The page in a real Chromium against the real server under its supervisor: somebody joins, plays, the server
 * process is killed, and the play goes on. The opponents are players over the wire, like everybody.
 */
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ArenaConnection } from "../../client-web/match-screen.ts";
import { joinMatch } from "../../shared/client/follow-match.ts";
import type { ArenaInput } from "../../shared/games/arena/input.ts";
import type { ArenaView } from "../../shared/games/arena/view-schema.ts";
import { toolForTest } from "../../tools/ensure-tool.ts";
import { barriers } from "./axe.ts";
import {
  forgetEverything,
  launchChromium,
  newWindow,
  openWindow,
  type PageServer,
  startPageServer,
} from "./page-server.ts";
import { type PathProxy, startPathProxy } from "./path-proxy.ts";
import { clientWithSession } from "./sdk-player.ts";

let server: PageServer;
let url: string;
let browser: Browser | undefined;
let desk: BrowserContext | undefined;
let proxy: PathProxy | undefined;
const opponents: ArenaConnection[] = [];

beforeAll(async () => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
  server = await startPageServer(undefined, fileURLToPath(new URL("page-games.ts", import.meta.url)));
  url = server.url;
});

afterAll(async () => {
  await browser?.close();
  proxy?.stop();
  await Promise.all(opponents.map((opponent) => opponent.leave()));
  await server.stop();
});

test("[P5] the page plays a match, and plays on after kill -9 of the server", async (context) => {
  const page = await openPage(await toolForTest("chromium", context));
  const problems = collectProblems(page);
  await page.getByRole("button", { name: "Quick join" }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await play(page, "Ada");
  for (const name of ["Borealis", "Mosaic", "Quill"]) opponents.push(await opponent(name));

  await seesTheOthers(page);
  await movesAndShoots(page);
  await says(page, "hello there");
  await choosesKeys(page);

  const before = (await page.evaluate(() => window.__holdfast))!;
  const banners = await watchBanner(page);
  const back = page.waitForFunction(
    (gaps) => window.__holdfast!.gaps.length === gaps + 1,
    before.gaps.length,
    { timeout: 60_000 },
  );
  process.kill(server.pid(), "SIGKILL");
  await back;
  await page.waitForFunction((tick) => window.__holdfast!.tick > tick + 30, before.tick);
  const after = (await page.evaluate(() => window.__holdfast))!;

  expect(await banners()).toEqual([
    expect.stringMatching(/^Reconnecting…/),
    expect.stringMatching(/^You are back: nothing was lost \(gap \d+ ms\)\.$/),
  ]);
  expect(after).toMatchObject({ state: "playing", seat: before.seat, matchId: before.matchId });
  for (const [seat, player] of Object.entries(before.seen.players)) {
    const now = after.seen.players[seat]!;
    expect(now.name).toBe(player.name);
    expect(now.score).toBeGreaterThanOrEqual(player.score);
    expect(now.deaths).toBeGreaterThanOrEqual(player.deaths);
  }
  expect(after.seen.chat).toEqual(before.seen.chat);
  await movesAndShoots(page);
  expect(problems()).toEqual([]);
  await page.close();
});

test("the page can be installed, and a first visit loads less than 300 kB", async () => {
  const get = async (path: string) => {
    const answer = await fetch(new URL(path, `${url}/`), { headers: { "accept-encoding": "br" } });
    expect(answer.status).toBe(200);
    return answer;
  };
  const html = await (await get("")).text();
  const parts = [...html.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)].map(([, path]) => path!);
  expect(parts.length).toBeGreaterThan(3);
  const lengths = parts.map(async (path) => Number((await get(path)).headers.get("content-length")));
  const bytes = (await Promise.all(lengths)).reduce((sum, each) => sum + each, html.length);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(300_000);
  const manifest = (await (await get("manifest.webmanifest")).json()) as { icons: { src: string }[] };
  for (const { src } of manifest.icons)
    expect((await get(src)).headers.get("content-type")).toMatch(/^image\/svg\+xml/);
});

test("the end of a match shows the result, and Play again leads into another match", async (context) => {
  const page = await openPage(await toolForTest("chromium", context));
  await Promise.all(opponents.splice(0).map((one) => one.leave()));
  const short = { url, game: "arena", name: "Tundra", options: { durationSeconds: 10 } };
  const room = await (await clientWithSession(url)).create("arena", short);
  await page.locator("li", { hasText: room.roomId }).getByRole("button", { name: "Join" }).click();
  await page.locator(".result").getByText("Time is up.").waitFor();
  expect(await barriers(page)).toEqual([]);
  const ended = await page.evaluate(() => window.__holdfast!.matchId);
  expect(ended).toBe(room.roomId);
  await page.getByRole("button", { name: "Play again" }).click();
  await page.waitForFunction((id) => window.__holdfast && window.__holdfast.matchId !== id, ended);
  await movesAndShoots(page);
  await page.close();
});

test("a phone plays with two thumbs, a keyboard alone can aim and fire", async (context) => {
  const page = await openPage(await toolForTest("chromium", context), url, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await play(page, "Thumbs");
  const touch = await page.context().newCDPSession(page);
  const at = (x: number, y: number, id: number) => ({ x, y, id });
  const thumbs = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: ReturnType<typeof at>[]) =>
    touch.send("Input.dispatchTouchEvent", { type, touchPoints });
  const from = (await page.evaluate(() => window.__holdfast!.self))!;
  const [across, down] = [from.x < 1000 ? 60 : -60, from.y < 600 ? 60 : -60];
  await thumbs("touchStart", [at(100, 500, 1), at(300, 500, 2)]);
  await thumbs("touchMove", [at(100 + across, 500 + down, 1), at(300, 440, 2)]);
  await page.waitForFunction(
    ({ x, y }) => {
      const { self, seen, seat } = window.__holdfast!;
      const hasFired = Object.values(seen.projectiles).some((shot) => shot.seat === seat);
      return hasFired && Math.hypot(self!.x - x, self!.y - y) > 40;
    },
    { x: from.x, y: from.y },
  );
  await thumbs("touchEnd", []);
  await expect.poll(() => page.locator(".stick").count()).toBe(0);

  await page.keyboard.down("KeyL");
  await page.waitForFunction((aim) => Math.abs(window.__holdfast!.self!.aim - aim) > 20, await aimOf(page));
  await page.keyboard.up("KeyL");
  await page.keyboard.down("Space");
  await page.waitForFunction(() => {
    const { seen, seat } = window.__holdfast!;
    return Object.values(seen.projectiles).some((shot) => shot.seat === seat);
  });
  await page.keyboard.up("Space");
  await page.context().close();
});

test("[P5] a reloaded page is back in its seat, also behind a path", async (context) => {
  proxy = await startPathProxy(url, "/game");
  const page = await openPage(await toolForTest("chromium", context), proxy.url);
  await leadsToDocuments(page, proxy.url);
  await play(page, "Grace");
  const before = (await page.evaluate(() => window.__holdfast))!;
  await page.reload();
  await page.waitForFunction(() => window.__holdfast?.self);
  const after = (await page.evaluate(() => window.__holdfast))!;
  expect(after).toMatchObject({ seat: before.seat, matchId: before.matchId });
  expect(after.self!.name).toBe("Grace");
  await movesAndShoots(page);
});

test("[P5] a page that is reloaded while the server comes back is back in its seat", async (context) => {
  const page = await openPage(await toolForTest("chromium", context));
  await play(page, "Hopper");
  const before = (await page.evaluate(() => window.__holdfast))!;
  process.kill(server.pid(), "SIGKILL");
  // What was on its way to the old process is answered by nobody.
  const reloaded = () =>
    page.reload().then(
      () => true,
      () => false,
    );
  await expect.poll(reloaded, { timeout: 30_000 }).toBe(true);
  await page.waitForFunction(() => window.__holdfast?.self);
  const after = (await page.evaluate(() => window.__holdfast))!;
  expect(after).toMatchObject({ seat: before.seat, matchId: before.matchId });
  await page.close();
});

test("[P1.12] a game without a picture is chosen, seen as it is, with the own part alone, and played by its declared commands", async (context) => {
  const page = await openPage(await toolForTest("chromium", context));
  const problems = collectProblems(page);
  await page.getByLabel("Game").selectOption("hands");
  await page.getByRole("heading", { name: "Holdfast hands" }).waitFor();
  await page.getByLabel("Your name").fill("Ida");
  await page.getByRole("button", { name: "Quick join" }).click();
  const all = page.locator("section", { hasText: "What everybody sees" });
  await all.getByText("waiting").waitFor();
  const other = await joinMatch({ url, game: "hands", name: "Jo" });
  await all.getByText("playing").waitFor();
  await all.getByText("Jo", { exact: true }).waitFor();
  const own = page.locator("section", { hasText: "What only you see" });
  await expect.poll(() => own.locator("li li output").count()).toBeGreaterThanOrEqual(5);
  const commands = page.locator("section", { hasText: "Commands" });
  await commands.getByLabel("card").fill("51");
  await commands.getByRole("button", { name: "play" }).click();
  await commands.getByText(/^(not )?done/).waitFor();
  expect(await barriers(page)).toEqual([]);
  await other.leave();
  await page
    .locator("section", { hasText: "What you are told" })
    .getByText(/^outcome/)
    .waitFor();
  await page.getByRole("button", { name: "Leave" }).click();
  await page.getByRole("heading", { name: "Holdfast hands" }).waitFor();
  expect(problems()).toEqual([]);
  await page.close();
});

/** @param device left out: a tab of the one window on a desk, of somebody who has not been there before */
async function openPage(
  executablePath: string,
  address = url,
  device?: BrowserContextOptions,
): Promise<Page> {
  browser ??= await launchChromium(executablePath);
  const page = await (device === undefined ? newTab(browser, address) : newTabOf(browser, device));
  await page.goto(address);
  return page;
}

const newTabOf = async (chromium: Browser, device: BrowserContextOptions) =>
  (await newWindow(chromium, device)).newPage();

async function newTab(chromium: Browser, address: string): Promise<Page> {
  desk ??= await openWindow(chromium);
  await forgetEverything(desk, address);
  return desk.newPage();
}

async function play(page: Page, name: string): Promise<void> {
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Quick join" }).click();
  await page.waitForFunction(() => window.__holdfast?.self?.alive);
}

/** Errors that the page did not expect. A refused connection while the server is away is expected. */
function collectProblems(page: Page): () => string[] {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    const text = `${message.text()} ${message.location().url}`;
    const isExpected = text.includes("WebSocket") || text.includes("ERR_CONNECTION_REFUSED");
    if (message.type() === "error" && !isExpected) problems.push(text);
  });
  return () => problems;
}

async function seesTheOthers(page: Page): Promise<void> {
  for (const name of ["Ada", "Borealis", "Mosaic", "Quill"]) {
    await page.locator(".scoreboard").getByText(name, { exact: true }).waitFor();
  }
}

/** Wherever a wall is in the way, one of the four directions is free; who is shot is back in a moment. */
async function movesAndShoots(page: Page): Promise<void> {
  await page.waitForFunction(() => window.__holdfast!.self!.alive);
  const { x, y } = (await page.evaluate(() => window.__holdfast!.self))!;
  await page.mouse.move(700, 350);
  await page.mouse.down();
  await page.waitForFunction(() => {
    const { seen, seat } = window.__holdfast!;
    return Object.values(seen.projectiles).some((shot) => shot.seat === seat);
  });
  await page.mouse.up();
  const [acrossKey, downKey] = [x < 1000 ? "KeyD" : "ArrowLeft", y < 600 ? "ArrowDown" : "KeyW"];
  await page.keyboard.down(acrossKey);
  await page.keyboard.down(downKey);
  await page.waitForFunction(
    (from) => Math.hypot(window.__holdfast!.self!.x - from.x, window.__holdfast!.self!.y - from.y) > 40,
    { x, y },
  );
  await page.keyboard.up(acrossKey);
  await page.keyboard.up(downKey);
}

async function says(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Enter");
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await page.locator(".chat-lines").getByText(text).waitFor();
}

/** In the menu, which is closed again; and the new key turns the gun. */
async function choosesKeys(page: Page): Promise<void> {
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press("Escape");
  const menu = page.getByRole("dialog", { name: "Menu" });
  await menu.getByRole("button", { name: /^Turn right/ }).click();
  await page.keyboard.press("KeyP");
  await menu.getByRole("button", { name: "Turn right: P. Change" }).waitFor();
  await menu.getByLabel("Colours").selectOption("deuteranopia");
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "hidden" });
  await page.keyboard.down("KeyP");
  await page.waitForFunction((aim) => Math.abs(window.__holdfast!.self!.aim - aim) > 20, await aimOf(page));
  await page.keyboard.up("KeyP");
}

/** Notes every text that the banner shows, however short. */
async function watchBanner(page: Page): Promise<() => Promise<string[]>> {
  const handle = await page.evaluateHandle(() => {
    const banner = document.querySelector(".banner")!;
    const texts: string[] = [];
    new MutationObserver(() => texts.push(banner.textContent!)).observe(banner, { childList: true });
    return texts;
  });
  return () => handle.jsonValue();
}

/** Stands where it is put and shoots at the nearest opponent. */
async function opponent(name: string): Promise<ArenaConnection> {
  const connection = await joinMatch<ArenaInput, ArenaView>({ url, game: "arena", name });
  let phase = 0;
  connection.onPatch(({ players }) => {
    phase += 0.05;
    const self = players.get(String(connection.welcome.seat));
    const target = [...players.values()].find((player) => player !== self && player.alive);
    if (!self || !target) return;
    const turns = Math.atan2(target.y - self.y, target.x - self.x) / (2 * Math.PI);
    const moveX = Math.round(100 * Math.cos(phase));
    const moveY = Math.round(100 * Math.sin(phase));
    connection.sendInput({ moveX, moveY, aim: Math.round(turns * 65536) & 65535, buttons: 1, seen: 0 });
  });
  return connection;
}

const aimOf = async (page: Page) => (await page.evaluate(() => window.__holdfast!.self))!.aim;

async function leadsToDocuments(page: Page, base: string) {
  const addresses = () =>
    page
      .locator(".home footer a")
      .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
  await expect.poll(addresses).toEqual([`${base}docs/`, `${base}docs/errors`]);
  for (const address of await addresses()) expect((await fetch(address)).status).toBe(200);
}
