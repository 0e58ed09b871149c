/**
 * A match that lives elsewhere now, with two real Colyseus processes: the same connection object finds it, by
 * the API when clients go to the nodes' own doors, by itself behind a load balancer.
 */
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ConnectionState } from "../../shared/client/connection-state.ts";
import { joinMatch, type MatchConnection } from "../../shared/client/follow-match.ts";
import type { OpenRoomOptions } from "../../shared/client/open-room.ts";
import { endTinyNodes, TinyFleet } from "./tiny-fleet.ts";

interface Input {
  seq: number;
  moveX: number;
}
interface View {
  x: number;
  inputs: number;
  commands: number;
}
type Connection = MatchConnection<Input, View>;

let fleet: TinyFleet;
let connection: Connection;

beforeEach(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

// The last one first.
afterEach(() => fleet.stop());
afterEach(() => connection.leave());
afterAll(endTinyNodes);

async function play(direct: boolean, more: Partial<OpenRoomOptions> = {}, path = ""): Promise<void> {
  fleet = await TinyFleet.start({ direct, path });
  const options = { url: fleet.url, game: "tiny", name: "Ada", chance: () => 0 };
  connection = await joinMatch<Input, View>({ ...options, ...more });
}

function entered(kind: ConnectionState["kind"]): Promise<ConnectionState> {
  return new Promise((resolve) => {
    const remove = connection.onState((state) => {
      if (state.kind !== kind) return;
      remove();
      resolve(state);
    });
  });
}

/** Waits for the patch in which `holds` is true. */
function seen(holds: (view: View) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const remove = connection.onPatch((view) => {
      if (!holds(view)) return;
      remove();
      resolve();
    });
  });
}

async function move(moveX: number): Promise<void> {
  const { x } = connection.view;
  const moved = seen((view) => view.x === x + moveX);
  expect(connection.sendInput({ moveX })).toBeGreaterThan(0);
  await moved;
}

test.each([
  ["at the nodes' own doors", true],
  ["behind a load balancer", false],
])("[P5] a moved match goes on %s: same connection, inputs in order, commands once", async (_, direct) => {
  await play(direct);
  await move(7);
  const [first, second] = fleet.nodes;
  await first.order({ order: "set", knobs: { swallowCommands: true } });
  const applied = seen((view) => view.commands === 2);
  const answers = [connection.command("chat", { text: "one" }), connection.command("chat", { text: "two" })];
  await applied;

  const back = entered("playing");
  await fleet.move();
  await back;
  expect(await Promise.all(answers)).toEqual([{ ok: true }, { ok: true }]);
  expect(await connection.command("chat", { text: "three" })).toEqual({ ok: true });
  await move(2);
  expect(connection.view).toMatchObject({ x: 9, inputs: 2, commands: 3 });
  expect(connection.welcome.epoch).toBe(2);
  expect(await first.order({ order: "seen" })).toEqual({ seqs: [1], commands: [1, 2] });
  expect(await second.order({ order: "seen" })).toEqual({ seqs: [2], commands: [3] });
  expect(connection.metrics.drops).toBe(1);
  // The SDK's own words: the match was open already, so it does not wait as after a crash.
  expect(console.info).toHaveBeenCalledWith(expect.stringContaining("retry in 0.0 seconds"));
  // Behind a load balancer the way is known: not even a question.
  expect(fleet.questions).toBe(direct ? 1 : 0);
});

test.each([
  ["at the nodes' own doors", true],
  ["behind a load balancer", false],
])("[P5] a server behind a path is joined there, and its match is followed, %s", async (_, direct) => {
  await play(direct, {}, "/game");
  await move(5);
  let back = entered("playing");
  await fleet.nodes[0].order({ order: "breakConnections" });
  await back;
  back = entered("playing");
  await fleet.takeOver({ killFirst: true });
  await back;
  await move(1);
  expect(connection.view.x).toBe(6);
});

test("[P5] a page of a server behind a path takes its seat again after a reload", async () => {
  await play(false, {}, "/game");
  await move(5);
  const resume = connection.resumeToken;
  const second = await joinMatch<Input, View>({ url: fleet.url, game: "tiny", resume });
  expect(second.matchId).toBe(connection.matchId);
  await second.leave();
});

test("[P5] when a node is killed its match is found at the door of the one that took it over", async () => {
  await play(true);
  await move(5);
  const back = entered("playing");
  await fleet.takeOver({ killFirst: true });
  await back;
  await move(1);
  expect(connection.view.x).toBe(6);
});

test("[P5] the match of a node that stands still with its sockets open is found at its new owner", async () => {
  await play(true);
  await move(5);
  const back = entered("playing");
  await fleet.takeOver();
  fleet.nodes[0].standStill();
  await back;
  await move(1);
  expect(connection.welcome.epoch).toBe(2);
  expect(connection.view.x).toBe(6);
});

test("[P5] a frozen match that has no other owner is left in peace: it answers pings", async () => {
  await play(true);
  const asked = new Promise<void>((resolve) => {
    fleet.onQuestion = () => fleet.questions === 2 && resolve();
  });
  await fleet.nodes[0].order({ order: "set", knobs: { frozen: true } });
  await asked;
  expect(connection.state.kind).toBe("playing");
  expect(connection.metrics.drops).toBe(0);
});

test("[P5] a door at which the match is not does not end it: the right one is found, every time", async () => {
  await play(true);
  await move(5);
  const [first, second] = fleet.nodes;
  for (let times = 1; times <= 3; times += 1) {
    const back = entered("playing");
    // The API's list is old: it names a node that does not have the match, until it is asked again.
    fleet.says = second;
    fleet.onQuestion = () => {
      if (fleet.questions === times * 2) fleet.says = first;
    };
    await first.order({ order: "breakConnections" });
    await back;
    await move(1);
    expect(fleet.questions).toBe(times * 2);
  }
});

test("a seat that is given up is left after a few refusals", async () => {
  await play(true);
  const left = entered("left");
  fleet.says = fleet.nodes[1];
  await fleet.nodes[0].order({ order: "breakConnections" });
  expect(await left).toMatchObject({ code: 4003 });
  expect(fleet.questions).toBe(3);
});

test.each([
  ["at the nodes' own doors", true],
  ["behind a load balancer", false],
])("a match that no server runs any more is left with that reason, %s", async (_, direct) => {
  await play(direct, { now: () => 500 * fleet.questions });
  const left = entered("left");
  const waiting = connection.command("chat", { text: "lost" }).catch((error: Error) => error);
  await fleet.nodes[0].order({ order: "set", knobs: { swallowCommands: true } });
  fleet.says = "unknown";
  await fleet.nodes[0].kill();
  expect(await left).toMatchObject({ code: 4003, reason: expect.stringContaining("match/unknown") });
  // Believed after 2 s of the clock above, not at the first answer.
  expect(fleet.questions).toBeGreaterThan(3);
  await waiting;
});

test("[P6] an API that is busy or gone does not stop the way back to the old door", async () => {
  await play(true);
  await move(3);
  fleet.says = "busy";
  let back = entered("playing");
  await fleet.nodes[0].order({ order: "breakConnections" });
  await back;
  await fleet.closeApi();
  back = entered("playing");
  await fleet.nodes[0].order({ order: "breakConnections" });
  await back;
  await move(1);
  expect(connection.metrics.drops).toBe(2);
});

test("of several origins the one that answered last is asked first", async () => {
  fleet = await TinyFleet.start({ direct: true });
  const [first, second] = [fleet.url, fleet.url.replace("127.0.0.1", "localhost")];
  const dead = new Set<string>([first]);
  const asked: string[] = [];
  const noted: typeof fetch = (input, init) => {
    const { origin } = new URL(String(input));
    asked.push(origin);
    return dead.has(origin) ? Promise.reject(new TypeError("fetch failed")) : fetch(input, init);
  };
  const options = { url: [first, second], game: "tiny", name: "Ada", api: { fetch: noted } };
  connection = await joinMatch<Input, View>({ ...options, chance: () => 0 });
  const lose = async () => {
    asked.length = 0;
    const back = entered("playing");
    await fleet.nodes[0].order({ order: "breakConnections" });
    await back;
  };
  // For a session, and then for a seat.
  expect(asked).toEqual([first, second, second]);
  await lose();
  expect(asked).toEqual([second]);
  dead.delete(first);
  dead.add(second);
  await lose();
  expect(asked).toEqual([second, first]);
  await lose();
  expect(asked).toEqual([first]);
});
