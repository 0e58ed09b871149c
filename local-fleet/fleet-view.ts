/**
 * The state of a fleet as plain data for programs, and for people as one line of numbers and a table of its
 * nodes with the command to kill each. Pure.
 */
import type { StatusNumbers } from "../server/ops/child-messages.ts";
import { count, fittedLine, ms } from "../server/ops/status-line.ts";
import type { NodeRole } from "./node-command.ts";
import type { SupervisedState } from "./supervised-process.ts";

export interface NodeView {
  readonly name: string;
  readonly role: NodeRole;
  readonly pid: number | undefined;
  readonly port: number;
  readonly state: SupervisedState;
  readonly restarts: number;
  /** Figures of the last second; absent until the node has reported, and while it is down. */
  readonly numbers?: StatusNumbers;
}

export interface FailoverView {
  readonly node: string;
  readonly matches: number;
  /** Until the last match was running elsewhere; absent when that took too long. */
  readonly ms?: number;
}

export interface FleetView {
  readonly pid: number;
  /** Addresses for players and callers: the load balancer's, or without one those of all matchmakers. */
  readonly urls: readonly string[];
  readonly redis: { readonly url: string; readonly pid?: number };
  readonly balancer?: { readonly pid: number | undefined };
  readonly bots?: { readonly pid: number | undefined; readonly players: number };
  readonly nodes: readonly NodeView[];
  readonly failover?: FailoverView;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** @param width limit in columns */
export function fleetLine({ nodes, failover }: FleetView, width: number): string {
  const ready = nodes.filter(({ state }) => state === "ready").length;
  const rooms = nodes.filter(({ role }) => role === "room").flatMap(({ numbers }) => numbers ?? []);
  const sum = (of: (numbers: StatusNumbers) => number) => rooms.reduce((all, one) => all + of(one), 0);
  const worst = (of: (numbers: StatusNumbers) => number) => {
    const values = rooms.map(of).filter(Number.isFinite);
    return values.length === 0 ? Number.NaN : Math.max(...values);
  };
  const matches = sum((one) => one.matches);
  const players = sum((one) => one.players);
  const frozen = sum((one) => one.frozen);
  return fittedLine(
    [
      `${ready}/${nodes.length} nodes`,
      `${count(matches, "match", "matches")}, ${count(players, "player", "players")}`,
      ...(frozen > 0 ? [`${frozen} FROZEN`] : []),
      `worst late ${ms(worst((one) => one.tickLatenessMsP99))} ms`,
      `gate ${ms(worst((one) => one.gateMsP50))}/${ms(worst((one) => one.gateMsP99))} ms`,
      ...(failover ? [failoverWords(failover)] : []),
      `${Math.round(sum((one) => one.patchesPerSecond))} patches/s`,
    ],
    width,
  );
}

function failoverWords({ node, matches, ms: tookMs }: FailoverView): string {
  const took = tookMs === undefined ? "not over" : `${Math.round(tookMs)} ms`;
  return `last failover ${took} (${node}, ${count(matches, "match", "matches")})`;
}

/** The lines of a table with one node each. */
export function nodeTable(nodes: readonly NodeView[]): string[] {
  const rows = nodes.map((node) => [
    node.name,
    String(node.port),
    node.state,
    node.role === "room" ? String(node.numbers?.matches ?? "-") : "",
    node.role === "room" ? String(node.numbers?.players ?? "-") : "",
    node.pid === undefined ? "-" : `kill -9 ${node.pid}`,
  ]);
  const table = [["node", "port", "state", "matches", "players", "to kill it"], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const isNumber = (column: number) => column === 3 || column === 4;
  return table.map((row) =>
    row
      .map((cell, at) => (isNumber(at) ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join("  ")
      .trimEnd(),
  );
}
