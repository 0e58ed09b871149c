/**
 * `--dev`, in a real process: what a file of a game says goes into the match that runs, over the connections that there
 * are; what is broken is said and leaves the match alone; and a crash or a replay never meets the wrong rules.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { joinMatch, type MatchConnection } from "../../shared/client/follow-match.ts";
import { startTestServer } from "./server-process.ts";

type PressInput = { seq: number; pressed: number };
interface PressView {
  readonly players: ReadonlyMap<string, { readonly points: number }>;
}

const root = join(import.meta.dirname, "..", "..");
const press = new URL("../games/press-by-hand.ts", import.meta.url).href;
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-dev-"));
  file = join(folder, "game.ts");
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A game; a press is worth so much. The rule stands in a file of its own. */
function writeGame({ worth, parts = "" }: { worth: string; parts?: string }): void {
  writeFileSync(join(folder, "worth.ts"), `export const worth = (): number => ${worth};`);
  writeFileSync(
    file,
    `import { press } from ${JSON.stringify(press)};
    import { worth } from "./worth.ts";
    function step(world: { points: Record<string, number> }, record: never) {
      const before = { ...world.points };
      const answers = press.step(world as never, record);
      for (const seat of Object.keys(world.points))
        world.points[seat] = (before[seat] ?? 0) + (world.points[seat]! - (before[seat] ?? 0)) * worth();
      return answers;
    }
    export const games = [{ ...press, step, ${parts} }];`,
  );
}

const start = () =>
  startTestServer({ supervised: true, args: ["--dev", "--games", file, "--log-level", "info"] });
const join1000 = (url: string) =>
  joinMatch<PressInput, PressView>({ url, game: "press", name: "Ada", options: { goal: 1000 } });
const points = ({ view }: MatchConnection<PressInput, PressView>) => view.players.get("0")?.points ?? 0;

/** Presses until one press is worth as much, and leaves the points there. */
async function pressUntilWorth(match: MatchConnection<PressInput, PressView>, worth: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const before = points(match);
        match.sendInput({ pressed: 1 });
        await expect.poll(() => points(match)).not.toBe(before);
        return points(match) - before;
      },
      { timeout: 30_000 },
    )
    .toBe(worth);
}

test("[P4.11] [P7.15] [P5] changed rules go into the match that runs, and neither a crash nor a replay meets the wrong ones", async () => {
  writeGame({ worth: "1" });
  await using started = await start();
  const { server, url, dataDir } = started;
  const match = await join1000(url);
  const states: string[] = [];
  match.onState(({ kind }) => states.push(kind));
  await pressUntilWorth(match, 1);

  writeGame({ worth: "5" });
  await pressUntilWorth(match, 5);
  const score = points(match);
  expect(states).toEqual([]);
  expect(match.view.players.size).toBe(1);

  writeFileSync(join(folder, "worth.ts"), "export const worth = (: number => 7;");
  await expect
    .poll(() => server.lastLines.join("\n"))
    .toMatch(/the rules stay as they are: [\s\S]*worth\.ts:1/);
  await pressUntilWorth(match, 5);
  writeGame({ worth: "5" });

  server.kill();
  await expect.poll(() => states.join(), { timeout: 30_000 }).toBe("reconnecting,playing");
  expect(points(match)).toBe(score + 5);
  const command = [
    "tools/replay.ts",
    match.matchId,
    "--data",
    dataDir,
    "--games",
    file,
    "--verify",
    "--json",
  ];
  const replayed = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  expect(JSON.parse(replayed.stdout)).toMatchObject({ verified: true, problems: [] });
  expect(replayed.stdout).toContain("the rules changed after tick");

  const migrate = "migrate: (old) => { old.points[0] += 100; return old; }";
  writeGame({ worth: "5", parts: `version: 2, ${migrate}` });
  await expect
    .poll(() => states.join(), { timeout: 30_000 })
    .toBe("reconnecting,playing,reconnecting,playing");
  expect(points(match)).toBe(score + 105);
  await match.leave();
});

test("[P4.12] what is not a function of World and record is named while the match goes on", async () => {
  writeGame({ worth: "1 + Math.floor(Math.random() * 1000)", parts: "" });
  await using started = await start();
  const match = await join1000(started.url);
  match.sendInput({ pressed: 1 });
  await expect
    .poll(() => started.server.lastLines.join("\n"))
    .toMatch(/press: tick \d+: `step` came to two Worlds from one, .*points\.0: \d+ and \d+/);
  expect(match.state.kind).toBe("playing");
  await match.leave();
});
