/**
 * The page in a stock Firefox: somebody joins, moves and fires, the server is killed, and the play goes on. What the page
 * does is tried in Chromium (page.test.ts); this is for what differs: keys, sockets, clocks, the picture without WebGL.
 */
import { type Browser, launch, type Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toolForTest } from "../../tools/ensure-tool.ts";
import { type PageServer, startPageServer } from "./page-server.ts";

/** One process draws all pages. Each further one costs seconds of a core, and so do frames that nobody looks at. */
const extraPrefsFirefox = {
  ...{ "dom.ipc.processCount": 1, "fission.autostart": false },
  "layout.frame_rate": 20,
};

let server: PageServer;
let browser: Browser | undefined;

beforeAll(async () => {
  server = await startPageServer();
});

afterAll(async () => {
  await browser?.close();
  await server.stop();
});

test("[P5] the page plays a match in Firefox, and plays on after kill -9 of the server", async (context) => {
  const executablePath = await toolForTest("firefox", context);
  browser = await launch({ ...{ browser: "firefox", executablePath, headless: true }, extraPrefsFirefox });
  const page = await browser.newPage();
  const problems: string[] = [];
  // The socket that the server's end breaks is an error of the page, in Firefox.
  page.on("pageerror", (error) => {
    const { message } = error as Error;
    if (!message.includes("ws://")) problems.push(message);
  });
  await page.setViewport({ width: 800, height: 500 });
  await page.goto(server.url);
  await page.locator("aria/Your name").fill("Ada");
  await page.locator("button ::-p-text(Quick join)").click();
  await page.waitForFunction(() => window.__holdfast?.self?.alive);

  await movesAndFires(page);
  await says(page, "hello there");
  const before = (await page.evaluate(() => window.__holdfast))!;
  process.kill(server.pid(), "SIGKILL");
  await page.waitForFunction(() => window.__holdfast?.gaps.length === 1);
  await page.waitForFunction((tick) => window.__holdfast!.tick > tick + 30, {}, before.tick);
  const after = (await page.evaluate(() => window.__holdfast))!;
  expect(after).toMatchObject({ state: "playing", seat: before.seat, matchId: before.matchId });
  expect(after.seen.chat).toEqual(before.seen.chat);
  await movesAndFires(page);
  expect(problems).toEqual([]);
});

/** One of four directions is free. */
async function movesAndFires(page: Page): Promise<void> {
  const { x, y } = (await page.evaluate(() => window.__holdfast!.self))!;
  await page.mouse.move(700, 350);
  await page.mouse.down();
  await page.waitForFunction(() => {
    const { seen, seat } = window.__holdfast!;
    return Object.values(seen.projectiles).some((shot) => shot.seat === seat);
  });
  await page.mouse.up();
  const keys = [x < 1000 ? "KeyD" : "ArrowLeft", y < 600 ? "ArrowDown" : "KeyW"] as const;
  for (const key of keys) await page.keyboard.down(key);
  await page.waitForFunction(
    (fromX, fromY) => {
      const { self } = window.__holdfast!;
      return Math.hypot(self!.x - fromX, self!.y - fromY) > 40;
    },
    {},
    x,
    y,
  );
  for (const key of keys) await page.keyboard.up(key);
}

/** Its driver's Enter is that of the number pad. */
async function says(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Enter");
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await page.locator(`.chat-lines ::-p-text(${text})`).wait();
}
