/** What a standby does while it waits: everything that a start needs and no file shows. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { warmUp } from "../../server/compose/warm-up.ts";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { rehearse } from "../../server/match/rehearsal.ts";
import { rehearsedView } from "../../server/room/rehearsed-view.ts";
import { readConfig } from "../../server/settings/config.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { arena } from "../../shared/games/arena/game.ts";
import { hands } from "../../shared/games/hands/game.ts";

const directory = mkdtempSync(join(tmpdir(), "holdfast-warm-up-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const nowhere = () => {
  throw Object.assign(new Error("no such file"), { code: "ENOENT" });
};
/** Time for one round. */
const hurried = () => {
  let ms = 0;
  return () => (ms += 1_000);
};
const config = (...argv: string[]) => {
  const read = readConfig({ argv, env: {}, readFile: nowhere });
  if (!read.ok) throw new Error(read.message);
  return read.config;
};

test.for<[string, AnyGame]>([
  ["played by ticks", arena],
  ["played by events", hands],
])("[P5.1] a match of a game %s is rehearsed: it is shown, journaled and taken over", async ([, game]) => {
  const store = new MemoryStore();
  const show = rehearsedView(game);
  let shown = 0;
  await rehearse(game, 1, {
    store,
    show: (world) => {
      shown++;
      show(world);
    },
  });
  const [entry] = await store.list();
  // The second epoch is that of the takeover, which claims only what it can open.
  expect(entry).toMatchObject({ state: "running", epoch: 2 });
  const { records, snapshots } = await store.load(entry!.id);
  expect(shown).toBeGreaterThan(20);
  expect(records.length + snapshots.length).toBeGreaterThan(20);
});

test("[P5.1] a standby that warms up has the games ready, and no data directory", async () => {
  const dataDir = join(directory, "data");
  const { brought, metrics } = await warmUp(config("--role", "standby", "--data", dataDir), hurried());
  expect(brought?.games.map(({ name }) => name)).toEqual(["arena"]);
  expect((await metrics.text()).text).toContain("holdfast_");
  expect(existsSync(dataDir)).toBe(false);
});

test("[P5.1] a standby of a server whose queues name rooms warms up as any other", async () => {
  const queues = join(directory, "queues.json");
  const duel = { name: "duel", room: "battle", teams: 2, teamSize: 1, regions: ["local"] };
  writeFileSync(queues, JSON.stringify([duel]));
  const { brought } = await warmUp(config("--role", "standby", "--queues", queues), hurried());
  expect(brought?.games).toHaveLength(1);
});

test("[P5.1] a standby whose games cannot be loaded says which, as the server would", async () => {
  const games = join(directory, "none.ts");
  await expect(warmUp(config("--role", "standby", "--games", games), hurried())).rejects.toMatchObject({
    code: "game/invalid",
  });
});
