/**
 * The process of the light clients: it fills matches, sends what every client sends evenly over time and counts
 * what it receives. It takes orders from its parent over ipc, and ends with it.
 */
import { createHistogram } from "node:perf_hooks";
import type { RandomState } from "../../shared/game/deterministic/random.ts";
import { stepsPerSecondOf } from "../bots/brains.ts";
import { endWithParent } from "../processes/ends-with-us.ts";
import { type GameArguments, playedGame } from "../which-game.ts";
import { messageBytes } from "./command-bytes.ts";
import type { CrowdAnswer, CrowdOrder, CrowdRoom, CrowdTimes } from "./crowd-process.ts";
import { gapsAfter, type Returning, type Returns, retries } from "./crowd-strike.ts";
import { LightClient, type LightTimes, type PatchCounts } from "./light-client.ts";
import { lightMoves } from "./light-moves.ts";
import { ownCpuSeconds } from "./sample.ts";
import { spreadOf } from "./spread.ts";

const paceMs = 1;
/** Number of matches that are filled at the same time. */
const joiningMax = 4;

type Moves = (client: LightClient) => unknown;

interface Walker extends Returning {
  readonly moves: Moves;
}

const counts: PatchCounts = { patches: 0, answers: 0, bytes: 0 };
const patchAfter = createHistogram();
const inputSeenAfter = createHistogram();
const us = (ms: number) => Math.max(1, Math.round(ms * 1000));
const times: LightTimes = {
  patchAfter: (ms) => patchAfter.record(us(ms)),
  inputSeenAfter: (ms) => inputSeenAfter.record(us(ms)),
};
const random: RandomState = { random: 1 };
const walkers: Walker[] = [];

endWithParent();
process.on("message", async (order: CrowdOrder) => {
  if (order.type === "strike") {
    process.send!(await gapsAfter(order, walkers));
    return;
  }
  if (order.type === "times") {
    const answer: CrowdTimes = { patchMs: spreadOf(patchAfter), inputMs: spreadOf(inputSeenAfter) };
    patchAfter.reset();
    inputSeenAfter.reset();
    process.send!(answer);
    return;
  }
  if (order.type === "join") pace(await fill(order));
  const lost = walkers.filter(({ client }) => client.lost).length;
  const answer: CrowdAnswer = { ...counts, clients: walkers.length, lost, cpuSeconds: ownCpuSeconds() };
  process.send!(answer);
});

/** @returns how often each of the clients acts in a second */
async function fill({ url, asked, room, matches, seats, comesBack, ...size }: CrowdOrder & { type: "join" }) {
  const { plain, atOnce } = size;
  const { name, options, movesOf, stepsPerSecond } =
    room === undefined ? await playing(asked) : visiting(room);
  let left = matches;
  let clientsLeft = size.clients ?? matches * seats;
  const take = async (matchId: string | undefined): Promise<string> => {
    clientsLeft -= 1;
    const returns: Returns = walkers.length % 2 === 0 ? "ours" : "sdk";
    const retryMs = comesBack ? { retryMs: retries[returns] } : {};
    const client = await LightClient.join({
      ...{ url, game: name, options, plain, matchId, counts, ...retryMs },
      times: comesBack ? undefined : times,
    });
    walkers.push({ client, returns, moves: movesOf() });
    return client.matchId;
  };
  const filler = async () => {
    while (left-- > 0) {
      const matchId = await take(undefined);
      if (atOnce) await Promise.all(Array.from({ length: seats - 1 }, () => take(matchId)));
      else for (let seat = 1; seat < seats && clientsLeft > 0; seat++) await take(matchId);
    }
  };
  await Promise.all(Array.from({ length: joiningMax }, filler));
  return stepsPerSecond;
}

async function playing(asked: GameArguments) {
  const { game, options } = await playedGame(asked);
  const movesOf = (): Moves => lightMoves(game, random);
  return { ...{ name: game.name, options, movesOf }, stepsPerSecond: stepsPerSecondOf(game) };
}

function visiting({ name, message }: CrowdRoom) {
  const bytes = message === undefined ? undefined : messageBytes(message);
  const moves: Moves = (client) => {
    if (bytes !== undefined) client.sendMessage(bytes);
  };
  return { ...{ name, options: undefined, movesOf: () => moves }, stepsPerSecond: 1 };
}

/** Sends what is due by now, client after client, so that it does not leave in a burst. */
function pace(stepsPerSecond: number): void {
  const startedMs = performance.now();
  let sent = 0;
  setInterval(() => {
    const due = ((performance.now() - startedMs) / 1000) * stepsPerSecond * walkers.length;
    for (; sent < due; sent++) {
      const next = walkers[sent % walkers.length]!;
      next.moves(next.client);
    }
  }, paceMs);
}
