/**
 * A game in a folder of its own, with its own copies of the packages that it imports: the schema package of the server
 * and that of the game are two, and players see the game all the same.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { joinMatch } from "../../shared/client/follow-match.ts";
import { startTestServer } from "./server-process.ts";

const root = join(import.meta.dirname, "..", "..");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-own-packages-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a game with its own copies of @colyseus/schema and zod is played", async () => {
  for (const name of ["@colyseus/schema", "zod"]) {
    mkdirSync(join(folder, "node_modules", name, ".."), { recursive: true });
    cpSync(join(root, "node_modules", name), join(folder, "node_modules", name), { recursive: true });
  }
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const game = readFileSync(join(root, "test", "games", "press-by-hand.ts"), "utf8");
  writeFileSync(join(folder, "game.ts"), `${game}\nexport const games = [press];\n`);
  await using started = await startTestServer({
    args: ["--games", join(folder, "game.ts"), "--log-level", "warn"],
  });
  type View = { readonly players: ReadonlyMap<string, { name: string; points: number }> };
  const match = await joinMatch<{ seq: number; pressed: number }, View>({
    ...{ url: started.url, game: "press", name: "Ada", options: { goal: 3 } },
  });
  const other = await joinMatch<never, View>({
    url: started.url,
    game: "press",
    matchId: match.matchId,
    name: "Ben",
  });
  match.sendInput({ pressed: 1 });
  for (const { view } of [match, other]) {
    await expect.poll(() => view.players.get("0")?.points).toBe(1);
    expect([...view.players.values()].map(({ name }) => name)).toEqual(["Ada", "Ben"]);
  }
  await Promise.all([match.leave(), other.leave()]);
  const developed = startTestServer({
    args: ["--dev", "--games", join(folder, "game.ts"), "--log-level", "warn"],
  });
  await expect(developed).rejects.toThrow(/--dev, game "press": .*@colyseus\/schema of its own/);
});
