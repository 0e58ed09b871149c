/**
 * The process of the light clients: it fills matches, sends every client's inputs evenly over time and counts
 * what it receives. It takes orders from its parent over ipc, and ends with it.
 */
import { createHistogram } from "node:perf_hooks";
import { nextBelow, type RandomState } from "../../shared/game/deterministic/random.ts";
import type { ArenaInput } from "../../shared/games/arena/input.ts";
import type { CrowdAnswer, CrowdOrder, CrowdTimes } from "./crowd-process.ts";
import { gapsAfter, type Returning, type Returns, retries } from "./crowd-strike.ts";
import { LightClient, type LightTimes, type PatchCounts } from "./light-client.ts";
import { ownCpuSeconds } from "./sample.ts";
import { spreadOf } from "./spread.ts";

const inputsPerSecondUsual = 30;
const paceMs = 1;
/** Number of matches that are filled at the same time. */
const joiningMax = 4;

interface Walker extends Returning {
  moveX: number;
  moveY: number;
  aim: number;
}

const counts: PatchCounts = { patches: 0, bytes: 0 };
const patchAfter = createHistogram();
const inputSeenAfter = createHistogram();
const us = (ms: number) => Math.max(1, Math.round(ms * 1000));
const times: LightTimes = {
  patchAfter: (ms) => patchAfter.record(us(ms)),
  inputSeenAfter: (ms) => inputSeenAfter.record(us(ms)),
};
const random: RandomState = { random: 1 };
const walkers: Walker[] = [];

process.on("disconnect", () => process.exit(0));
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
  if (order.type === "join") {
    await fill(order);
    pace(order.inputsPerSecond ?? inputsPerSecondUsual);
  }
  const lost = walkers.filter(({ client }) => client.lost).length;
  const answer: CrowdAnswer = { ...counts, clients: walkers.length, lost, cpuSeconds: ownCpuSeconds() };
  process.send!(answer);
});

async function fill({ url, matches, seats, comesBack, ...size }: CrowdOrder & { type: "join" }) {
  const { game, plain, atOnce } = size;
  let left = matches;
  let clientsLeft = size.clients ?? matches * seats;
  const take = async (matchId: string | undefined): Promise<string> => {
    clientsLeft -= 1;
    const returns: Returns = walkers.length % 2 === 0 ? "ours" : "sdk";
    const retryMs = comesBack ? { retryMs: retries[returns] } : {};
    const client = await LightClient.join({
      ...{ url, game, plain, matchId, counts, ...retryMs },
      times: comesBack ? undefined : times,
    });
    walkers.push({ client, returns, moveX: 0, moveY: 0, aim: 0 });
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
}

/** Sends the inputs that are due by now, client after client, so that they do not leave in a burst. */
function pace(inputsPerSecond: number): void {
  const startedMs = performance.now();
  let sent = 0;
  setInterval(() => {
    const due = ((performance.now() - startedMs) / 1000) * inputsPerSecond * walkers.length;
    for (; sent < due; sent++) {
      const next = walkers[sent % walkers.length]!;
      next.client.sendInput(inputOf(next));
    }
  }, paceMs);
}

/** An input that mostly goes on as before, turns now and then, and fires half of the time. */
function inputOf(each: Walker): Omit<ArenaInput, "seq"> {
  if (nextBelow(random, 20) === 0) {
    each.moveX = nextBelow(random, 255) - 127;
    each.moveY = nextBelow(random, 255) - 127;
  }
  each.aim = (each.aim + nextBelow(random, 2048)) & 65535;
  return { moveX: each.moveX, moveY: each.moveY, aim: each.aim, buttons: nextBelow(random, 2) };
}
