/** How a running fleet is found and asked: the file that says where it is, and the port where it takes orders. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { askRoll, askStatus } from "../../local-fleet/control-client.ts";
import {
  type ControlParts,
  type ControlServer,
  type FleetRollReport,
  openControl,
} from "../../local-fleet/control-server.ts";
import {
  type FleetFile,
  readFleetFile,
  removeFleetFile,
  writeFleetFile,
} from "../../local-fleet/fleet-file.ts";
import type { FleetView } from "../../local-fleet/fleet-view.ts";

let dataDir: string;
const opened: ControlServer[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "holdfast-control-"));
});
afterEach(() => {
  for (const control of opened.splice(0)) control.close();
  rmSync(dataDir, { recursive: true });
});

const view: FleetView = {
  ...{ pid: process.pid, urls: ["http://localhost:2567"], redis: { url: "redis://127.0.0.1:2568" } },
  ...{ nodes: [], startedAt: "2026-11-24T00:00:00.000Z" },
};
const report: FleetRollReport = { nodes: [], matches: 3, moves: 3, lost: [], seconds: 4.2 };

async function control(parts: Partial<ControlParts> = {}): Promise<FleetFile> {
  const key = "a key";
  const server = await openControl({ key, view: () => view, roll: async () => report, ...parts });
  opened.push(server);
  const { pid, urls, startedAt } = view;
  return { pid, urls, startedAt, controlPort: server.port, controlKey: key };
}

const file: FleetFile = { pid: process.pid, controlPort: 1, controlKey: "key", urls: [], startedAt: "" };
/** The id of a process that has ended. */
const endedPid = () => spawnSync("true").pid;

test("the file is for its owner's eyes, is found while the fleet lives, and goes with it", () => {
  writeFleetFile(dataDir, file);
  expect(statSync(join(dataDir, "fleet.json")).mode & 0o777).toBe(0o600);
  expect(readFleetFile(dataDir)).toEqual(file);
  removeFleetFile(dataDir, process.pid);
  expect(existsSync(join(dataDir, "fleet.json"))).toBe(false);
});

test("the file of a process that is gone counts for nothing, nor does one that is torn", () => {
  expect(readFleetFile(dataDir)).toBeUndefined();
  writeFleetFile(dataDir, { ...file, pid: endedPid() });
  expect(readFleetFile(dataDir)).toBeUndefined();
});

test("nobody removes the file of another fleet", () => {
  writeFleetFile(dataDir, file);
  removeFleetFile(dataDir, process.pid + 1);
  expect(readFleetFile(dataDir)).toEqual(file);
});

test("the status is what the fleet says of itself", async () => {
  expect(await askStatus(await control())).toEqual(view);
});

test("a roll tells as it goes, and ends with its report; the order arrives as it was given", async () => {
  const orders: unknown[] = [];
  const fleet = await control({
    roll: async (order, say) => {
      orders.push(order);
      say("rolled room-1");
      return report;
    },
  });
  const said: string[] = [];
  const order = { versionDir: "/srv/next", nodeFlags: ["--games", "next.ts"] };
  expect(await askRoll(fleet, order, (text) => said.push(text))).toEqual(report);
  expect(said).toEqual(["rolled room-1"]);
  expect(orders).toEqual([order]);
});

test("[P7] what stops a roll is said, also when it had begun", async () => {
  const fleet = await control({
    roll: async (_order, say) => {
      say("rolled room-1");
      throw new Error("room-2 did not start");
    },
  });
  await expect(askRoll(fleet, { nodeFlags: [] }, () => {})).rejects.toThrow("room-2 did not start");
});

test("[P7] a fleet that ends during its roll is not taken for one that was rolled", async () => {
  const fleet = await control({
    roll: () => {
      opened.splice(0)[0]!.close();
      return new Promise(() => {});
    },
  });
  await expect(askRoll(fleet, { nodeFlags: [] }, () => {})).rejects.toThrow();
});

test("who does not know the key is not heard", async () => {
  const fleet = await control();
  await expect(askStatus({ ...fleet, controlKey: "guessed" })).rejects.toThrow("of another fleet");
});
