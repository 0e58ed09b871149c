/** How a fleet looks: one line that fits, and a table that says how to kill each node. */
import { expect, test } from "vitest";
import { type FleetView, fleetLine, type NodeView, nodeTable } from "../../local-fleet/fleet-view.ts";

const numbers = {
  ...{ matches: 2, players: 16, frozen: 0, tickLatenessMsP99: 0.4, gateMsP50: 1.24, gateMsP99: 4.2 },
  ...{ journalKibPerSecond: 10, patchesPerSecond: 320, memoryMib: 90 },
};
const room: NodeView = {
  ...{ name: "room-1", role: "room", pid: 11, port: 2569, state: "ready", restarts: 0, numbers },
};
const late = { ...room, name: "room-2", numbers: { ...numbers, tickLatenessMsP99: 42 } };
const back: NodeView = {
  name: "room-3",
  role: "room",
  pid: undefined,
  port: 2571,
  state: "restarting",
  restarts: 1,
};
const matchmaker: NodeView = { ...room, name: "matchmaker-1", role: "matchmaker", pid: 14, port: 2580 };

const view = (nodes: readonly NodeView[], more: Partial<FleetView> = {}): FleetView => ({
  ...{ pid: 1, urls: [], redis: { url: "redis://127.0.0.1:1" }, nodes, startedAt: "", ...more },
});

test("the line adds the rooms up, and shows the worst lateness of them", () => {
  expect(fleetLine(view([room, late, back, matchmaker]), 200)).toBe(
    "3/4 nodes | 4 matches, 32 players | worst late 42 ms | gate 1.2/4.2 ms | 640 patches/s",
  );
});

test("a failover is shown until the next one, and so are matches that are frozen", () => {
  const frozen = { ...room, numbers: { ...numbers, frozen: 2 } };
  const failover = { node: "room-1", matches: 6, ms: 391.4 };
  const line = fleetLine(view([frozen], { failover }), 200);
  expect(line).toContain("| 2 FROZEN |");
  expect(line).toContain("| last failover 391 ms (room-1, 6 matches) |");
  expect(fleetLine(view([room], { failover: { node: "room-1", matches: 1 } }), 200)).toContain("not over");
});

test("without numbers there are none, and a narrow terminal gets the first part", () => {
  expect(fleetLine(view([back]), 200)).toContain("worst late - ms");
  expect(fleetLine(view([room]), 12)).toBe("1/1 nodes");
});

test("the table has a row per node, and a dash where nothing is known", () => {
  expect(nodeTable([room, back, matchmaker])).toEqual([
    "node          port  state       matches  players  to kill it",
    "room-1        2569  ready             2       16  kill -9 11",
    "room-3        2571  restarting        -        -  -",
    "matchmaker-1  2580  ready                         kill -9 14",
  ]);
});
