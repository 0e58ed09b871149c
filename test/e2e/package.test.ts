/**
 * docs/first-game.md, followed from the packed packages in an empty folder: create, develop, test, check types, build,
 * start, play, kill. One story: every step needs the one before, and the last looks whether the page has others.
 */
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@colyseus/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ServerProcess } from "../../client-sim/processes/server-process.ts";
import { joinMatch } from "../../shared/client/follow-match.ts";
import { toolForTest } from "../../tools/ensure-tool.ts";
import { ColyseusProject, commands as projectCommands } from "./colyseus-project.ts";
import { createGame, type InstalledGame, noRegistry, run, startScript } from "./installed.ts";
import { launchChromium, newWindow } from "./page-server.ts";

type PongInput = { seq: number; move: number };
interface PongView {
  readonly players: ReadonlyMap<string, { name: string; y: number; points: number }>;
}

const tutorial = readFileSync(join(import.meta.dirname, "..", "..", "docs", "first-game.md"), "utf8");

/** A build, and three hundred packages. */
const installMsMax = 300_000;

const missing = await noRegistry();
if (missing !== undefined) {
  if (process.env.CI === "true") throw new Error(missing);
  console.warn(missing);
}

describe.skipIf(missing !== undefined)("Holdfast, installed", () => {
  let game: InstalledGame;
  let server: ServerProcess | undefined;
  beforeAll(async () => {
    game = await createGame();
  }, installMsMax);
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });
  afterAll(() => game?.remove());

  /** As the page writes them. */
  const ran = new Set(["npm create holdfast my-game", "cd my-game"]);
  const npm = (...args: string[]) => {
    ran.add(`npm ${args.join(" ")}`);
    return run(game.folder, "npm", ...args);
  };
  const holdfast = (...args: string[]) => run(game.folder, "holdfast", ...args);
  const node = (code: string) => run(game.folder, "node", "--input-type=module", "-e", code);

  it("has five doors and no other, and comes without what only its own repository needs", async () => {
    const said = await node(`
      for (const door of ["game", "client", "server", "testkit", "rooms"]) console.log(door, Object.keys(await import("holdfast/" + door)).length > 2);
      for (const deep of ["holdfast", "holdfast/dist/doors/game.js", "holdfast/package.json"])
        await import(deep).catch(({ code }) => console.log(deep, code));
    `);
    const refused = "ERR_PACKAGE_PATH_NOT_EXPORTED";
    expect(said.trim().split("\n")).toEqual([
      ...["game true", "client true", "server true", "testkit true", "rooms true"],
      ...["holdfast", "holdfast/dist/doors/game.js", "holdfast/package.json"].map(
        (deep) => `${deep} ${refused}`,
      ),
    ]);
    const { packages } = JSON.parse(
      await readFile(join(game.folder, "node_modules/.package-lock.json"), "utf8"),
    );
    expect(
      Object.keys(packages).filter((path) => /uwebsockets|pixi\.js|vitest|playwright/.test(path)),
    ).toEqual([]);
  });

  it("every command explains itself", async () => {
    const help = await holdfast("--help");
    const names = [...help.matchAll(/^ {2}(\w+) {2}/gm)].map(([, name]) => name!);
    expect(names).toContain("start");
    const explained = await Promise.all(names.map((name) => holdfast(name, "--help")));
    expect(explained.filter((text) => !/--[a-z]/.test(text))).toEqual([]);
  });

  it("the new game passes its own test and its types, and its page is built", async () => {
    const [test] = await Promise.all([npm("test"), npm("run", "check"), npm("run", "build")]);
    expect(test).toMatch(/pass \d+\s[\s\S]*fail 0/);
    expect(await readFile(join(game.folder, "dist", "index.html"), "utf8")).toContain("./assets/");
  });

  it("is developed: a changed rule goes into the match that two play, and the page has its seat again", async (context) => {
    const chromium = await toolForTest("chromium", context);
    ran.add("npm run dev");
    server = await startScript(game.folder, "dev", "--port", "0", "--page-port", "0");
    const address = /^page +(http\S+)/m.exec(server.lastLines.join("\n"))![1]!;
    await using browser = await launchChromium(chromium);
    const page = await (await newWindow(browser)).newPage();
    await page.goto(address);
    const line = page.locator("#line");
    await expect
      .poll(() => line.textContent(), { timeout: 30_000 })
      .toMatch(/^You are Player \d+, on the left/);
    const seat = await line.textContent();

    const match = await joinMatch<PongInput, PongView>({ url: server.url, game: "duel-pong", name: "Ada" });
    const y = () => match.view.players.get("1")?.y ?? 0;
    await expect.poll(y).toBe(120);
    const moved = async () => {
      const before = y();
      match.sendInput({ move: before > 120 ? -1 : 1 });
      await expect.poll(y).not.toBe(before);
      return Math.abs(y() - before);
    };
    const file = join(game.folder, "game", "duel-pong.ts");
    const rules = await readFile(file, "utf8");
    const [, slow, fast] = /replace `([^`]+)` with `([^`]+)`/.exec(tutorial)!;
    expect(rules.split(slow!).length).toBe(2);
    await writeFile(file, rules.replace(slow!, fast!));
    await expect.poll(moved, { timeout: 30_000 }).toBe(40);
    await expect.poll(() => line.textContent(), { timeout: 30_000 }).toBe(seat);

    await writeFile(file, `${rules}\nconst = ;`);
    await page.locator("vite-error-overlay").waitFor({ state: "attached", timeout: 30_000 });
    expect(await moved()).toBe(40);
    await writeFile(file, rules);
    await expect.poll(moved, { timeout: 30_000 }).toBe(6);
    await page.locator("vite-error-overlay").waitFor({ state: "detached", timeout: 30_000 });
    await expect.poll(() => line.textContent(), { timeout: 30_000 }).toBe(seat);
    expect(match.metrics.drops).toBe(0);
    expect(match.view.players.size).toBe(2);
    await match.leave();
  });

  it(
    "[P5.22] takes over a project of Colyseus in the words of docs/from-colyseus.md: with the changed line it survives a kill",
    async () => {
      const project = new ColyseusProject(game.beside, game.packed);
      await project.write(game.folder);
      await project.follow("npm install holdfast");
      await project.follow("npm install --save-dev node@26");
      server = await project.start("npx holdfast start --rooms app.config.ts");
      const plain = await new Client(server.url).joinOrCreate("battle");
      expect(await plain.request("move")).toBe(1);
      expect(await (await fetch(`${server.url}/hello`)).text()).toBe("hello");
      await plain.leave();
      await server.stop();

      await project.change();
      server = await project.start("npx tsc && npx holdfast start --rooms build/app.config.js");
      const room = await new Client(server.url).joinOrCreate<{ turn: number }>("battle");
      room.reconnection.minUptime = 0;
      for (const turn of [1, 2]) expect(await room.request("move")).toBe(turn);
      const { sessionId } = room;
      const { promise: isBack, resolve } = Promise.withResolvers<void>();
      room.onReconnect(resolve);
      server.kill();
      await isBack;
      expect(await room.request("move")).toBe(3);
      // The answer comes before the patch that shows it.
      await expect.poll(() => room.state.turn).toBe(3);
      expect(room.sessionId).toBe(sessionId);
      await room.leave();
      // What is left over needs a package that no other step of the page does.
      expect(projectCommands.filter((command) => !project.ran.has(command))).toEqual([
        'NODE_OPTIONS="--import tsx" npx holdfast start --rooms app.config.ts',
      ]);
    },
    installMsMax,
  );

  it("[P5] is played without the packages that development needs, and goes on after a kill", async () => {
    await npm("prune", "--omit=dev", "--no-audit", "--no-fund");
    // The machine's Node may be older, and the one beside the packages was for development.
    await writeFile(
      join(game.folder, "node_modules", ".bin", "node"),
      `#!/bin/sh\nexec "${process.execPath}" "$@"\n`,
      {
        mode: 0o755,
      },
    );
    ran.add("npm start");
    server = await startScript(
      game.folder,
      "start",
      "--port",
      "0",
      "--host",
      "127.0.0.1",
      "--data",
      "served",
    );
    const page = await fetch(server.url);
    expect(await page.text()).toContain("<title>my-game</title>");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");

    const match = await joinMatch<PongInput, PongView>({ url: server.url, game: "duel-pong", name: "Ada" });
    await expect.poll(() => match.view.players.get("0")?.name).toBe("Ada");
    const y = match.view.players.get("0")!.y;
    match.sendInput({ move: 1 });
    await expect.poll(() => match.view.players.get("0")?.y).toBe(y + 6);

    server.kill();
    await expect.poll(() => match.state.kind).toBe("reconnecting");
    await expect.poll(() => match.state.kind, { timeout: 30_000 }).toBe("playing");
    expect(match.view.players.get("0")).toMatchObject({ name: "Ada", y: y + 6 });
    await match.leave();
    await server.stop();
    // The page has one server; here the two have a data directory each.
    ran.add("npx holdfast replay --list");
    const list = await holdfast("replay", "--data", "served", "--list");
    expect(list).toContain(`"match":"${match.matchId}","game":"duel-pong"`);
    const verified = [
      "replay",
      match.matchId,
      "--data",
      "served",
      "--games",
      "game/duel-pong.ts",
      "--verify",
    ];
    expect(await holdfast(...verified)).toContain("verified");
  });

  it("is what docs/first-game.md says, command by command", () => {
    const commands = [...tutorial.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block]) =>
      block!.trim().split("\n"),
    );
    expect(commands.length).toBeGreaterThan(6);
    expect(commands.filter((command) => !ran.has(command))).toEqual([]);
  });
});
