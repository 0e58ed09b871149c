/**
 * The pages of the three example games in one Chromium, at one server that runs all three: two tabs play each, the server
 * process is killed, and all six go on in the seats that they had.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toolForTest } from "../../tools/ensure-tool.ts";
import { launchChromium, newWindow, type PageServer, startPageServer } from "./page-server.ts";

const games = fileURLToPath(new URL("../../shared/games", import.meta.url));
const names = ["hands", "crowd", "lounge"] as const;

let folder: string;
let server: PageServer | undefined;
let browser: Browser | undefined;
/** A window costs two seconds of a core, so the pages of one device are its tabs. */
let desk: BrowserContext;
let phone: BrowserContext;
const problems: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-pages-"));
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("[P5] the pages of hands, crowd and lounge go on after kill -9 of their server, each tab in its seat", async (context) => {
  browser = await launchChromium(await toolForTest("chromium", context));
  desk = await newWindow(browser);
  phone = await newWindow(browser, { viewport: { width: 390, height: 844 }, hasTouch: true });
  const module = fileURLToPath(new URL("example-games.ts", import.meta.url));
  server = await startPageServer(undefined, module, await builtPages());
  const [cards, crowd, lounge] = await Promise.all([twoTabs("hands"), twoTabs("crowd"), twoTabs("lounge")]);

  await playOneCard(cards);
  await runSome(crowd[0]);
  await says(lounge[0], "hello from the desk", lounge);
  await says(lounge[1], "and from a phone", lounge);
  const all = [...cards, ...crowd, ...lounge];
  const before = await Promise.all(all.map(shownName));

  const away = all.map((page) => page.locator("#line", { hasText: "Reconnecting" }).waitFor());
  process.kill(server.pid(), "SIGKILL");
  await Promise.all(away);
  await Promise.all(all.map((page) => page.locator("#line", { hasText: "You are" }).waitFor()));

  expect(await Promise.all(all.map(shownName))).toEqual(before);
  // Nobody has got another seat: there are two in each match, and none is away.
  for (const page of cards) {
    await expect.poll(() => page.locator("#players li").count()).toBe(2);
    await expect.poll(() => page.locator("#players li.away").count()).toBe(0);
  }
  for (const page of crowd) await page.locator("#clock", { hasText: "2 players" }).waitFor();
  await playOneCard(cards);
  await runSome(crowd[1]);
  await says(lounge[1], "still here", lounge);
  for (const page of lounge) await page.getByText("hello from the desk").waitFor();
  await peopleOnAPhone(lounge[1]);
  expect(problems).toEqual([]);
});

/** All three pages by their author's build, in the way that docs/example-games.md describes. @returns the folder */
async function builtPages(): Promise<string> {
  const web = join(folder, "web");
  const { build } = await import("vite");
  const { NODE_ENV } = process.env;
  // Vite looks at it for the whole process, and so does Vitest.
  process.env["NODE_ENV"] = "production";
  const page = (name: string) => [name, join(games, name, "page", "index.html")];
  try {
    await build({
      ...{ root: games, base: "./", configFile: false, logLevel: "error" },
      define: { "import.meta.env.VITE_HOLDFAST_ROOT": JSON.stringify("../..") },
      build: {
        ...{ target: "es2024", outDir: web, emptyOutDir: true, minify: false, reportCompressedSize: false },
        rollupOptions: { input: Object.fromEntries(names.map(page)) },
      },
    });
  } finally {
    if (NODE_ENV === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = NODE_ENV;
  }
  await mkdir(web, { recursive: true });
  await writeFile(join(web, "index.html"), "<!doctype html><title>Games</title>");
  return web;
}

/** One on a desk, one on a phone. */
async function twoTabs(game: (typeof names)[number]): Promise<[Page, Page]> {
  const open = async (device: BrowserContext) => {
    const page = await device.newPage();
    page.on("pageerror", (error) => problems.push(`${game}: ${error.message}`));
    page.on("console", (message) => {
      const text = `${message.text()} ${message.location().url}`;
      const isExpected = text.includes("WebSocket") || text.includes("ERR_CONNECTION_REFUSED");
      if (message.type() === "error" && !isExpected) problems.push(`${game}: ${text}`);
    });
    await page.goto(`${server!.url}/${game}/page/`);
    await page.locator("#line", { hasText: "You are" }).waitFor();
    return page;
  };
  return [await open(desk), await open(phone)];
}

const shownName = (page: Page) => page.locator("#line").textContent();

/** The player who has the turn plays a card that fits, or draws: then another one has it. */
async function playOneCard(tabs: readonly Page[]): Promise<void> {
  const turn = (page: Page) => page.locator("#players li.turn").textContent();
  await expect.poll(() => tabs[0]!.locator("#players li.turn").count()).toBe(1);
  const before = await turn(tabs[0]!);
  const click = async (page: Page) => {
    const first = page.locator(".playable, #draw:enabled").first();
    if ((await first.count()) > 0) await first.click({ timeout: 500 }).catch(() => undefined);
  };
  await expect
    .poll(async () => {
      for (const page of tabs) await click(page);
      return (await turn(tabs[0]!)) !== before;
    })
    .toBe(true);
}

/** Until a gem was picked up. */
async function runSome(page: Page): Promise<void> {
  const own = page.locator("#best li.you b");
  const before = Number(await own.textContent());
  const keys = ["KeyD", "KeyS", "KeyA", "KeyW"];
  let turn = 0;
  await expect
    .poll(
      async () => {
        await page.keyboard.up(keys[turn % 4]!);
        turn += 1;
        await page.keyboard.down(keys[turn % 4]!);
        await page
          .waitForFunction(
            (from) => Number(document.querySelector("#best li.you b")?.textContent) > from,
            before,
            { timeout: 3000 },
          )
          .catch(() => undefined);
        return Number(await own.textContent());
      },
      { timeout: 90_000 },
    )
    .toBeGreaterThan(before);
  await page.keyboard.up(keys[turn % 4]!);
}

async function says(page: Page, text: string, all: readonly Page[]): Promise<void> {
  await page.getByLabel("What to say").fill(text);
  await page.getByRole("button", { name: "Say" }).click();
  for (const each of all) await each.locator("#lines").getByText(text).waitFor();
}

/** They are not beside the talk there. */
async function peopleOnAPhone(page: Page): Promise<void> {
  const people = page.locator("#people li");
  expect(await people.first().isVisible()).toBe(false);
  await page.getByRole("button", { name: "People 2" }).click();
  await people.nth(1).waitFor();
}
