/**
 * The stories of test/stories/: small runs with a script of their own in place of chance, told as conversations. One
 * can learn the fleet's protocol from them; and because they are made by the real parts, they stay true.
 */
import { build } from "./build.ts";
import { Conversation } from "./conversation.ts";
import type { Fault } from "./faults.ts";
import { type Settings, settingsOf } from "./settings.ts";
import { strike } from "./strike.ts";

export interface Story {
  readonly name: "fence" | "failover" | "drain" | "migration";
  readonly introduction: string;
  readonly settings: Settings;
  /** When the first player sends a command. */
  readonly commandAtMs: number;
  /** What is told of the run. */
  readonly fromMs: number;
  readonly untilMs: number;
}

const legend = `
Each line: the second, who -> whom, what is said; a question to the store or the registry comes with its answer.
(...) happens to somebody without a word. n0.1 is the first start of node n0, at the address n0:1; its next one is n0.2.
Whatever tick a client is shown, the store has kept before. The registry is where the fleet lists its nodes; reading it is not told.
Made by the simulation out of the real parts: npm run sim -- stories --write
`.trim();

const fleet: Settings["fleet"] = {
  ...{ leaseMs: 600, announceEveryMs: 100, lookEveryMs: 100, reconcileEveryMs: 1000, goneMsMin: 80 },
  ...{ settleMs: 300, rankStepMs: 200, restoresAtOnce: 4, retryMs: 500 },
  orphans: { ownGraceMs: 1000, strandedGraceMs: 2000 },
  drain: {
    ...{ movesAtOnce: 1, freezeMsMax: 500, takeMsMax: 500, retryMs: 100, drainMsMax: 3000, aloneMsMax: 500 },
  },
};

interface Script extends Pick<Story, "name" | "introduction" | "commandAtMs" | "fromMs" | "untilMs"> {
  readonly nodes: number;
  readonly matches: number;
  readonly players: number;
  readonly faults: readonly Fault[];
}

function story({ name, introduction, commandAtMs, fromMs, untilMs, ...script }: Script): Story {
  const { limits, ...drawn } = settingsOf(1);
  const settings: Settings = {
    ...{ ...drawn, ...script, fleet, leaseMs: fleet.leaseMs, calmAtMs: untilMs, endMs: 60_000 },
    ...{ answerMsMax: 300, delayMs: [2, 3], ordered: true, wakesTo: "timers", overAtTick: 0 },
    journalKeep: "match",
    habits: { command: 0, burst: 0, leave: 0 },
    ghostPercent: 0,
    limits: {
      ...{
        ...limits,
        gate: "strict",
        snapshotEverySeconds: 600,
        snapshotEveryBytes: 1_000_000,
        matchesMax: 50,
      },
      ...{ commandsPendingMax: 8, unackedTicksMax: 20, gateBytesMax: 50_000, seatGraceSeconds: 6 },
      ...{
        emptyPerUserMax: 0,
        emptyPerAddressMax: 0,
        seatsPerUserMax: 0,
        emptySeconds: 0,
        aloneSeconds: 0,
        commandsPerSecondMax: 1000,
        commandBytesPerSecondMax: 1_000_000,
      },
    },
  };
  return { name, introduction, settings, commandAtMs, fromMs, untilMs };
}

export const stories: readonly Story[] = [
  story({
    name: "fence",
    introduction: `The fence. First the owner of a match is cut off from the store and from the registry. It cannot know
whether the others take it for dead; it shows nothing, because nothing that it ticks becomes durable. Another node takes
the match under the next epoch. When the cut is over, the old owner's record comes to the store after all, under the
old epoch, and is refused. Then the new owner stands still for longer than its lease. When it wakes up it asks nobody:
it sends nothing more, and ends.`,
    ...{ nodes: 2, matches: 1, players: 1, fromMs: 0, untilMs: 6300, commandAtMs: 1495 },
    faults: [
      {
        ...{ kind: "cut", atMs: 1500, forMs: 1300, node: 0 },
        ...{ between: "store", way: "both", seen: false },
      },
      { kind: "stall", atMs: 4200, forMs: 1800, node: 1 },
    ],
  }),
  story({
    name: "failover",
    introduction: `Failover. A node is killed; the kernel closes its connections, so the others see it at once. One
of them claims the match under the next epoch, loads it, and goes on at the tick after the last that was stored. The
client comes back with its token, and sends again what was not answered.`,
    ...{ nodes: 3, matches: 1, players: 1, fromMs: 0, untilMs: 2500, commandAtMs: 1495 },
    faults: [{ kind: "kill", atMs: 1500, forMs: 600, node: 0, framesArrive: true }],
  }),
  story({
    name: "drain",
    introduction: `Drain. A node is to stop. It takes no more matches, moves each of its own to another node, leaves
the registry and ends. Of each move, a client sees that its connection ends, and one welcome.`,
    ...{ nodes: 2, matches: 2, players: 2, fromMs: 400, untilMs: 2040, commandAtMs: 2000 },
    faults: [{ kind: "drain", atMs: 1500, node: 0 }],
  }),
  story({
    name: "migration",
    introduction: `Migration. A match moves, and the node that is to have it dies while it takes it. The match stands
still until no answer has come for too long; then it goes on where it was, if the store lets it, and is offered to
another node.`,
    ...{ nodes: 3, matches: 1, players: 1, fromMs: 0, untilMs: 2800, commandAtMs: 1600 },
    faults: [
      { kind: "hit-taking", atMs: 1490, forMs: 1000, how: "kill", afterMs: 1 },
      { kind: "drain", atMs: 1500, node: 0 },
    ],
  }),
];

/** The story as text, with its introduction. */
export async function told({ introduction, settings, commandAtMs, fromMs, untilMs }: Story): Promise<string> {
  let conversation: Conversation | undefined;
  const simulated = build(settings, {}, (nowMs) => (conversation = new Conversation(nowMs)));
  for (const fault of settings.faults) simulated.scheduler.at(fault.atMs, () => strike(simulated, fault));
  simulated.scheduler.at(commandAtMs, () => simulated.players[0]!.command());
  await simulated.scheduler.runUntil(untilMs);
  return `${introduction}\n\n${legend}\n\n${conversation!.text(fromMs, untilMs)}\n`;
}
