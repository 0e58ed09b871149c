/**
 * The match connection against a real Colyseus server with a tiny room: joining, inputs and their
 * acknowledgement, commands over a broken connection, and every way in which a connection ends.
 */
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { outboxMax } from "../../shared/client/command-outbox.ts";
import type { ConnectionState } from "../../shared/client/connection-state.ts";
import { joinMatch, type MatchConnection } from "../../shared/client/follow-match.ts";
import { startTinyServer, type TinyServer } from "./tiny-match.ts";

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

let server: TinyServer;
const open: Connection[] = [];

beforeAll(async () => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
  server = await startTinyServer();
});

afterEach(async () => {
  server.knobs.swallowCommands = false;
  await Promise.all(open.splice(0).map((connection) => connection.leave()));
});

afterAll(() => server.stop());

async function join(): Promise<Connection> {
  server.knobs.seqsSeen.length = 0;
  server.knobs.commandsApplied.length = 0;
  const options = { url: server.url, game: "tiny", name: "Ada", chance: () => 0 };
  const connection = await joinMatch<Input, View>(options);
  open.push(connection);
  return connection;
}

function entered(connection: Connection, kind: ConnectionState["kind"]): Promise<ConnectionState> {
  return new Promise((resolve) => {
    const remove = connection.onState((state) => {
      if (state.kind !== kind) return;
      remove();
      resolve(state);
    });
  });
}

/** Waits for the patch in which `holds` is true. */
function seen(connection: Connection, holds: (view: View) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const remove = connection.onPatch((view) => {
      if (!holds(view)) return;
      remove();
      resolve();
    });
  });
}

test("a joined connection is playing, with its welcome and a View", async () => {
  const connection = await join();
  expect(connection.state).toEqual({ kind: "playing" });
  expect(connection.welcome).toMatchObject({ name: "Ada", seat: 0, matchId: connection.matchId });
  expect(connection.view.x).toBe(0);
});

test("inputs arrive in order, are acknowledged, and their latency is measured", async () => {
  const connection = await join();
  const last = seen(connection, (view) => view.inputs === 5);
  for (let input = 1; input <= 5; input += 1) expect(connection.sendInput({ moveX: input })).toBe(input);
  await last;
  expect(connection.view.x).toBe(1 + 2 + 3 + 4 + 5);
  expect(connection.acknowledged).toBe(5);
  expect(server.knobs.seqsSeen).toEqual([1, 2, 3, 4, 5]);
  expect(connection.metrics.ackMs).toHaveLength(5);
  expect(connection.metrics.bytes).toBeGreaterThan(0);
});

test("[P5] a broken connection comes back by itself, and seq goes on where it was", async () => {
  const connection = await join();
  connection.sendInput({ moveX: 7 });
  await seen(connection, (view) => view.x === 7);

  const lost = entered(connection, "reconnecting");
  const back = entered(connection, "playing");
  server.breakConnections();
  await lost;
  expect(connection.sendInput({ moveX: 1 })).toBe(0);
  await back;

  const moved = seen(connection, (view) => view.x === 9);
  expect(connection.sendInput({ moveX: 2 })).toBe(1);
  await moved;
  expect(server.knobs.seqsSeen).toEqual([1, 2]);
  expect(connection.metrics.drops).toBe(1);
  expect(connection.metrics.gapsMs).toHaveLength(1);
});

test("[P5] a command whose answer was lost is sent again with the same id and applied once", async () => {
  const connection = await join();
  server.knobs.breakAtNextCommand = true;
  const answers = [connection.command("chat", { text: "one" }), connection.command("chat", { text: "two" })];
  expect(await Promise.all(answers)).toEqual([{ ok: true }, { ok: true }]);
  expect(server.knobs.commandsApplied.map(({ id }) => id)).toEqual([1, 2]);
  expect(connection.metrics.drops).toBe(1);
});

test("a command given while there is no connection goes out at the return", async () => {
  const connection = await join();
  const lost = entered(connection, "reconnecting");
  server.breakConnections();
  await lost;
  expect(await connection.command("ready", {})).toEqual({ ok: true });
});

test("[P6] the outbox is bounded, and a leave rejects what waits", async () => {
  const connection = await join();
  server.knobs.swallowCommands = true;
  const waiting = Array.from({ length: outboxMax }, () => connection.command("ready", {}));
  const settled = Promise.allSettled(waiting);
  await expect(connection.command("ready", {})).rejects.toMatchObject({ code: "command/outbox-full" });
  await connection.leave();
  for (const result of await settled) {
    expect(result).toMatchObject({ status: "rejected", reason: { code: "command/left" } });
  }
  await expect(connection.command("ready", {})).rejects.toMatchObject({ code: "command/left" });
});

test("leave ends in state left, also while reconnecting", async () => {
  const connection = await join();
  const lost = entered(connection, "reconnecting");
  server.breakConnections();
  await lost;
  await connection.leave();
  expect(connection.state).toMatchObject({ kind: "left", code: 4000 });
});

test("the end of the match is seen as over with its outcome, then left with code 4000", async () => {
  const connection = await join();
  const over = entered(connection, "over");
  const outcome = { ranking: [[0]], players: [], reason: "clock" };
  server.broadcast("notice", { kind: "over", text: "The match is over.", outcome });
  expect(await over).toEqual({ kind: "over", outcome });
  const left = entered(connection, "left");
  await server.endMatch();
  expect(await left).toMatchObject({ kind: "left", code: 4000 });
});

test("a reloaded page takes its seat again, and seq goes on above the last one", async () => {
  const first = await join();
  first.sendInput({ moveX: 1 });
  first.sendInput({ moveX: 1 });
  await seen(first, (view) => view.inputs === 2);
  const options = { url: server.url, game: "tiny", name: "Ada", resume: first.resumeToken };
  const second = await joinMatch<Input, View>(options);
  open.push(second);
  expect(second.matchId).toBe(first.matchId);
  const moved = seen(second, (view) => view.inputs === 3);
  second.sendInput({ moveX: 1 });
  await moved;
  expect(server.knobs.seqsSeen).toEqual([1, 2, 3]);
});
