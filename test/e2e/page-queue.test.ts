/**
 * The page queues, in a real Chromium against the real server: tabs of one browser are players who meet, play and
 * come back rated; a search survives a reload and the death of the server; a party goes in together.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { toolForTest } from "../../tools/ensure-tool.ts";
import { barriers } from "./axe.ts";
import {
  forgetEverything,
  launchChromium,
  openWindow,
  type PageServer,
  startPageServer,
} from "./page-server.ts";

/** One that stands still, so that the tests know what the page must say. */
const ratingWindow = { start: 4, growPerSecond: 0, max: 4 };
const short = { durationSeconds: 10, scoreLimit: 1 };
/** As the built-in ones, but over soon; bots come when the tests have seen what happens without them. */
const queues = [
  {
    ...{ name: "arena-duel", game: "arena", teams: 2, teamSize: 1, regions: ["local"] },
    ...{ ratingWindow, options: short },
  },
  {
    ...{ name: "arena-practice", game: "arena", teams: 2, teamSize: 1, regions: ["local"] },
    ...{ ratingWindow, botsAfterSeconds: 8, options: short },
  },
  {
    name: "arena-teams",
    game: "arena",
    teams: 2,
    teamSize: 2,
    regions: ["local"],
    botsAfterSeconds: 2,
    options: short,
  },
];

let server: PageServer;
let browser: Browser | undefined;
/** Tabs of one browser share it. */
let tabs: BrowserContext | undefined;

beforeAll(async () => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
  server = await startPageServer(queues);
});

afterEach(async () => {
  const [, ...opened] = tabs?.pages() ?? [];
  for (const page of opened) await page.close();
});

afterAll(async () => {
  await browser?.close();
  await server.stop();
});

test("two tabs are two players: they queue, meet, and come back rated", async (context) => {
  await openBrowser(await toolForTest("chromium", context));
  const [ada, bo] = [await openPage("Ada"), await openPage("Bo")];
  await choose(ada, "Duel");
  await choose(bo, "Duel");
  await ada.getByRole("button", { name: "Play: Duel" }).click();
  await ada.getByText("Looking for players rated 21.0 to 29.0.").waitFor();
  await ada.getByText("Only real players play here.").waitFor();
  expect(await barriers(ada)).toEqual([]);
  await bo.getByRole("button", { name: "Play: Duel" }).click();

  await Promise.all([ada, bo].map((page) => page.waitForFunction(() => window.__holdfast?.self?.alive)));
  const [inAda, inBo] = await Promise.all([ada, bo].map((page) => page.evaluate(() => window.__holdfast!)));
  expect(inAda!.matchId).toBe(inBo!.matchId);
  expect(new Set([inAda!.seat, inBo!.seat])).toEqual(new Set([0, 1]));

  for (const page of [ada, bo]) {
    await page.locator(".rating-change").getByText("Your first rated match").waitFor();
    if (page === ada) expect(await barriers(page)).toEqual([]);
    expect(await page.locator(".rating-change").textContent()).toMatch(/^Rating 25\.0 → \d+\.\d[+−±]\d/);
    await page.getByRole("button", { name: "Back to start" }).click();
    await page
      .locator(".standing")
      .getByText(/Your rating .* · place [12] · 1 match$/)
      .waitFor();
  }
  expect(await ada.locator(".leaderboard tr.self .name").textContent()).toBe("Ada");

  // Who comes back to the page, reloaded or tomorrow, is who they were.
  await bo.close();
  await ada.reload();
  await ada.locator(".standing").getByText("1 match").waitFor();
  expect(await ada.getByLabel("Your name").inputValue()).toBe("Ada");
});

test("[P8] a search survives a reload and kill -9 of the server; a bot comes, and the match counts", async (context) => {
  await openBrowser(await toolForTest("chromium", context));
  const page = await openPage("Cleo");
  await choose(page, "Practice");
  await page.getByRole("button", { name: "Play: Practice" }).click();
  await page.getByText(/^Bots fill the empty seats in \d s\.$/).waitFor();
  const before = await keptTicket(page);
  await page.reload();
  await page.getByText("Looking for players rated").waitFor();
  expect(await keptTicket(page)).toBe(before);

  process.kill(server.pid(), "SIGKILL");
  await page.waitForFunction(() => window.__holdfast?.self);
  expect(await page.locator(".scoreboard").getByText(/^Bot /).count()).toBe(1);
  // Whether the bot finds who stands still is its luck; a draw counts too.
  await page.locator(".rating-change").getByText("Your first rated match").waitFor();

  await page.getByRole("button", { name: "Play again" }).click();
  await page.getByText("Looking for a match: Practice").waitFor();
  await page.getByText("Looking for players rated").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.locator(".standing").getByText("1 match").waitFor();
  expect(await keptTicket(page)).toBeNull();
});

test("a party forms by its code, and its leader takes it into one match, on one side", async (context) => {
  await openBrowser(await toolForTest("chromium", context));
  const [dev, eli] = [await openPage("Dev"), await openPage("Eli")];
  await dev.getByRole("button", { name: "Start a party" }).click();
  const invite = await dev.locator(".invite").textContent();
  await eli.getByLabel("Invite code").fill("nobody-here");
  await eli.locator(".party").getByRole("button", { name: "Join" }).click();
  await eli.getByText("Nobody invites with this code.").waitFor();
  await eli.getByLabel("Invite code").fill(invite!);
  await eli.locator(".party").getByRole("button", { name: "Join" }).click();
  await eli.getByRole("button", { name: "Dev starts the search" }).waitFor();

  await choose(dev, "Teams");
  await dev.getByText("Not ready yet: Eli.").waitFor();
  await eli.getByRole("button", { name: "Ready", exact: true }).click();
  await dev.getByRole("button", { name: "Play: Teams, 2 together" }).click();
  await Promise.all([dev, eli].map((page) => page.waitForFunction(() => window.__holdfast?.self)));
  const [inDev, inEli] = await Promise.all([dev, eli].map((page) => page.evaluate(() => window.__holdfast!)));
  expect(inDev!.matchId).toBe(inEli!.matchId);
  expect(Math.floor(inDev!.seat! / 2)).toBe(Math.floor(inEli!.seat! / 2));
});

async function openBrowser(executablePath: string): Promise<void> {
  browser ??= await launchChromium(executablePath);
  tabs ??= await openWindow(browser);
  await forgetEverything(tabs, server.url);
}

async function openPage(name: string): Promise<Page> {
  const page = await tabs!.newPage();
  await page.goto(server.url);
  await page.getByLabel("Your name").fill(name);
  return page;
}

function choose(page: Page, queue: string): Promise<void> {
  return page.locator(".queue-card", { hasText: queue }).click();
}

function keptTicket(page: Page): Promise<string | null> {
  return page.evaluate(() => sessionStorage.getItem("holdfast-ticket"));
}
