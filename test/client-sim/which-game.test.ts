/** Which game bots and chaos play, by their flags: what is not there is refused in words. */
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { playedGame } from "../../client-sim/which-game.ts";
import { arena } from "../../shared/games/arena/game.ts";
import { hands } from "../../shared/games/hands/game.ts";

const path = fileURLToPath(new URL("../../shared/games/hands/game.ts", import.meta.url));
const given = { games: "built-in", game: undefined, options: "{}" };

it("bots and chaos play the first game of the module, or the one that is named", async () => {
  expect(await playedGame(given)).toEqual({ game: arena, options: {} });
  expect((await playedGame({ ...given, games: path })).game).toBe(hands);
  const asked = { ...given, games: path, game: "hands", options: '{"cards":3}' };
  expect(await playedGame(asked)).toEqual({ game: hands, options: { cards: 3 } });
});

it("a game that is not there, and options that it refuses, are refused in words", async () => {
  await expect(playedGame({ ...given, games: "nowhere.ts" })).rejects.toThrow("--games nowhere.ts");
  await expect(playedGame({ ...given, game: "chess" })).rejects.toThrow("--game chess: there is arena");
  const refused = { ...given, games: path, options: '{"cards":99}' };
  await expect(playedGame(refused)).rejects.toThrow("--options: hands refuses them");
  for (const options of ["cards", "[]", "null", "3"])
    await expect(playedGame({ ...given, options })).rejects.toThrow("--options: an object in JSON");
});
