/**
 * Replaces every node of a running fleet, one after the other, and counts what became of the matches. A new node
 * is ready before the old one is told to stop, so the fleet is never smaller than it was. It moves no match
 * itself: a node that is told to stop drains.
 */

import { count } from "../server/ops/status-line.ts";
import type { SteadyClock } from "../shared/clock.ts";
import type { MatchInfo } from "../shared/wire/api.ts";

/** Wait after the last node, for matches that are between two owners. */
const settleMsMax = 15_000;
const lookEveryMs = 200;

export interface RollParts {
  /** Room nodes come first. */
  readonly nodes: readonly string[];
  /** @returns whether the old node ended by itself in time */
  readonly replace: (node: string) => Promise<boolean>;
  /** The new node's process, for people who want to kill it; undefined when it is gone again. */
  readonly pidOf: (node: string) => number | undefined;
  readonly matches: () => Promise<readonly MatchInfo[]>;
  /** Ids of all matches in the store that have ended. */
  readonly overIds: () => Promise<ReadonlySet<string>>;
  readonly say: (text: string) => void;
  readonly nowMs: SteadyClock;
  readonly pause: (ms: number) => Promise<void>;
}

interface RolledNode {
  readonly node: string;
  /** Matches that another node owned afterwards. */
  readonly moved: number;
  readonly seconds: number;
  /** It did not end in time and was killed. */
  readonly killed: boolean;
}

export interface RollReport {
  readonly nodes: readonly RolledNode[];
  /** Matches that ran when the roll began. */
  readonly matches: number;
  readonly moves: number;
  /** Ids of those that neither run nor have ended. */
  readonly lost: readonly string[];
  readonly seconds: number;
}

/** @throws Error when a new node does not start; the old one then stays */
export async function rollFleet(parts: RollParts): Promise<RollReport> {
  const { nowMs, say } = parts;
  const startedMs = nowMs();
  const before = await parts.matches();
  const nodes: RolledNode[] = [];
  for (const node of parts.nodes) {
    const rolled = await rollNode(parts, node);
    nodes.push(rolled);
    const pid = parts.pidOf(node);
    say(
      `rolled ${node}: ${count(rolled.moved, "match", "matches")} moved, ${rolled.seconds} s${rolled.killed ? ", KILLED: it did not end in time" : ""}${pid === undefined ? "" : `; now process ${pid}`}`,
    );
  }
  const lost = await lostMatches(parts, before);
  const moves = nodes.reduce((sum, { moved }) => sum + moved, 0);
  const seconds = secondsSince(startedMs, nowMs());
  say(
    `${count(nodes.length, "node", "nodes")} replaced in ${seconds} s, ${count(moves, "move", "moves")}; ${count(lost.length, "match", "matches")} lost of ${before.length}${lost.map((id) => `\n  lost: ${id}`).join("")}`,
  );
  return { nodes, matches: before.length, moves, lost, seconds };
}

async function rollNode({ replace, matches, nowMs }: RollParts, node: string): Promise<RolledNode> {
  const startedMs = nowMs();
  const before = new Map((await matches()).map(({ id, epoch }) => [id, epoch]));
  const wentByItself = await replace(node);
  const moved = (await matches()).filter(({ id, epoch }) => epoch > (before.get(id) ?? epoch)).length;
  return { node, moved, seconds: secondsSince(startedMs, nowMs()), killed: !wentByItself };
}

/** Ids of missing matches; it looks again until none is missing or the time is up. */
async function lostMatches(parts: RollParts, before: readonly MatchInfo[]): Promise<string[]> {
  const endMs = parts.nowMs() + settleMsMax;
  for (;;) {
    const running = new Set((await parts.matches()).map(({ id }) => id));
    const missing = before.map(({ id }) => id).filter((id) => !running.has(id));
    const over: ReadonlySet<string> = missing.length > 0 ? await parts.overIds() : new Set();
    const lost = missing.filter((id) => !over.has(id));
    if (lost.length === 0 || parts.nowMs() >= endMs) return lost;
    await parts.pause(lookEveryMs);
  }
}

const secondsSince = (startMs: number, endMs: number) => Math.round((endMs - startMs) / 100) / 10;
