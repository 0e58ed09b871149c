/** Light clients play any game: what they send is taken by real rooms, and what the server answers is counted. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { LightClient } from "../../client-sim/bench/light-client.ts";
import { type LightMoves, lightMoves } from "../../client-sim/bench/light-moves.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { arena } from "../../shared/games/arena/game.ts";
import { crowd } from "../../shared/games/crowd/game.ts";
import { hands } from "../../shared/games/hands/game.ts";
import { openRooms, type RoomServer, until } from "../room/room-server.ts";

let server: RoomServer;
beforeAll(async () => {
  server = await openRooms({}, [hands, crowd, arena]);
});
afterAll(() => server.close());

/** Two in one match. */
async function playing(game: AnyGame) {
  const counts = { patches: 0, answers: 0, bytes: 0 };
  const inputsSeen: number[] = [];
  const times = { patchAfter: () => {}, inputSeenAfter: (ms: number) => void inputsSeen.push(ms) };
  const sit = async (userId: string, matchId?: string) => {
    const given = { game: game.name, spectate: false, ...(matchId !== undefined && { matchId }) };
    const place = await server.parts.door.join(given, { userId });
    if (!place.ok) throw new Error(place.detail);
    return await LightClient.join({ url: server.url, seat: place.response.reservation, counts, times });
  };
  const ann = await sit(`${game.name}-ann`);
  const ben = await sit(`${game.name}-ben`, ann.matchId);
  return { clients: [ann, ben], counts, inputsSeen };
}

/** Steps of all clients, as fast as the test polls. */
function step(clients: readonly LightClient[], moves: readonly LightMoves[]): void {
  for (const [index, client] of clients.entries()) moves[index]!(client);
}

test("[P6.14] in a game by events they send commands at random, and each is answered", async () => {
  const { clients, counts } = await playing(hands);
  const moves = clients.map((_, index) => lightMoves(hands, { random: index + 1 }));
  let sent = 0;
  const counted = moves.map(
    (each): LightMoves =>
      (client) => {
        const move = each(client);
        expect(move.input).toBeUndefined();
        if (move.command !== undefined) sent += 1;
        return move;
      },
  );
  await until("answers", () => {
    if (sent < 12) step(clients, counted);
    return sent >= 12 && counts.answers === sent && counts.patches > 2;
  });
  expect(clients.some(({ lost }) => lost)).toBe(false);
  for (const client of clients) client.close();
});

test.each([arena, crowd])(
  "[P1.1] in $name they send inputs at random, and see them acknowledged",
  async (game: AnyGame) => {
    const { clients, counts, inputsSeen } = await playing(game);
    const moves = clients.map((_, index) => lightMoves(game, { random: index + 1 }));
    await until("inputs to be applied", () => {
      step(clients, moves);
      return inputsSeen.length > 10;
    });
    expect(counts.answers).toBe(0);
    expect(clients.some(({ lost }) => lost)).toBe(false);
    for (const client of clients) client.close();
  },
);
