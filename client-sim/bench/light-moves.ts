/**
 * What a light client sends, which sees nothing: inputs at random that its game allows; of a game without inputs, commands at
 * random, about one a second. In the arena it walks and fires, as in every measurement before. It opens no socket.
 */
import { nextBelow, type RandomState } from "../../shared/game/deterministic/random.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { arena } from "../../shared/games/arena/game.ts";
import type { ArenaInput } from "../../shared/games/arena/input.ts";
import { RandomBrain } from "../bots/any-game/random-brain.ts";
import type { Move } from "../bots/bot-brain.ts";
import { inputBytesOf } from "./input-bytes.ts";
import type { LightClient } from "./light-client.ts";

const commandPace = { secondsMin: 0.5, secondsSpread: 1 };

/** Sends what is due at one step of one client. @returns what it sent */
export type LightMoves = (client: Pick<LightClient, "sendInputBytes" | "sendCommand">) => Move;

/** @param random shared by those of one process, or of each its own */
export function lightMoves(game: AnyGame, random: RandomState): LightMoves {
  const next = game.input === arena.input ? walk(random) : randomMoves(game, random);
  const bytesOf = inputBytesOf(game.input);
  return (client) => {
    const move = next();
    const { input, command } = move;
    if (input !== undefined) client.sendInputBytes((seq) => bytesOf({ ...input, seq }));
    if (command !== undefined) client.sendCommand(command);
    return move;
  };
}

function randomMoves(game: AnyGame, random: RandomState): () => Move {
  const hasInputs = Object.keys(game.input).some((field) => field !== "seq");
  const brain = new RandomBrain(game, { random, pace: commandPace });
  return () => brain.next({}, 0, hasInputs);
}

/** An input that mostly goes on as before, turns now and then, and fires half of the time. */
function walk(random: RandomState): () => Move {
  let [moveX, moveY, aim] = [0, 0, 0];
  return () => {
    if (nextBelow(random, 20) === 0) {
      moveX = nextBelow(random, 255) - 127;
      moveY = nextBelow(random, 255) - 127;
    }
    aim = (aim + nextBelow(random, 2048)) & 65535;
    // They see nothing, so they say nothing of what they saw.
    const input: Omit<ArenaInput, "seq"> = { moveX, moveY, aim, buttons: nextBelow(random, 2), seen: 0 };
    return { input: { ...input } };
  };
}
