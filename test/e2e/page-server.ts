/** For tests of the page: a real server under its supervisor with the page built, and a Chromium to look at it. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from "playwright-core";
import { ServerProcess } from "../../client-sim/processes/server-process.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** The first start may build the page. */
const readyMsMax = 120_000;

/** A spare process for each page costs a second of a core and shows nothing. The others are in playwright's list, which this replaces. */
const featuresOff = [
  "SpareRendererForSitePerProcess",
  ...[
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "PaintHolding",
    "OptimizationHints",
    "MediaRouter",
  ],
  ...["NetworkTimeServiceQuerying", "DestroyProfileOnBrowserClose", "AvoidUnnecessaryBeforeUnloadCheckSync"],
];

/**
 * No network of its own, no sandbox (root in CI), no graphics card. One process draws all pages: each further one costs a
 * second of a core, and the pages of one server trust each other.
 */
const browserFlags = [
  "--headless",
  "--in-process-gpu",
  "--process-per-site",
  "--renderer-process-limit=1",
  "--disable-site-isolation-trials",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--disable-features=${featuresOff.join(",")}`,
];

/** Small, because without a graphics card every pixel of every frame is drawn by the processor. */
const viewport = { width: 800, height: 500 };
/** For the same reason the screen is a slow one. */
const frameMs = 50;

export interface PageServer {
  readonly url: string;
  /** The id of the server process; another one after a restart. */
  readonly pid: () => number;
  readonly stop: () => Promise<void>;
}

/** @param queues in the place of the built-in ones; @param games a module; @param web a folder in the place of the built-in page */
export async function startPageServer(
  queues?: readonly object[],
  games?: string,
  web?: string,
): Promise<PageServer> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-page-"));
  const args = [
    "server/main.ts",
    "--port",
    "0",
    "--host",
    "127.0.0.1",
    "--data",
    join(directory, "data"),
    "--no-bots",
  ];
  if (games !== undefined) args.push("--games", games);
  if (web !== undefined) args.push("--web", web);
  if (queues) {
    const file = join(directory, "queues.json");
    await writeFile(file, JSON.stringify(queues));
    args.push("--queues", file);
  }
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const server = new ServerProcess(child, { supervised: true });
  const stop = async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  await server.ready(readyMsMax).catch(async (error) => {
    await stop();
    throw error;
  });
  return { url: server.url, pid: () => server.pid!, stop };
}

/** A window of its own, with a screen of 20 frames a second. @param device left out: a desk */
export async function newWindow(
  browser: Browser,
  device: BrowserContextOptions = { viewport },
): Promise<BrowserContext> {
  const window = await browser.newContext(device);
  await window.addInitScript((ms) => {
    self.requestAnimationFrame = (draw) => self.setTimeout(() => draw(performance.now()), ms);
    self.cancelAnimationFrame = (frame) => self.clearTimeout(frame);
  }, frameMs);
  return window;
}

/**
 * A window whose tabs share what they store. One blank tab stays open, and the window with it: a window costs two seconds of
 * a core, as Chromium draws its bar by a page of its own.
 */
export async function openWindow(browser: Browser): Promise<BrowserContext> {
  const window = await newWindow(browser);
  await window.newPage();
  return window;
}

/** The next who opens a page of this address has not been there before. */
export async function forgetEverything(window: BrowserContext, address: string): Promise<void> {
  const session = await window.newCDPSession(window.pages()[0]!);
  const { origin } = new URL(address);
  await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
  await session.detach();
}

export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: browserFlags });
}
