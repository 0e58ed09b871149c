/**
 * Connections that go dead without closing, in every phase of a player's match, over real sockets and a real Colyseus
 * server: the client notices by itself, comes back or tells the truth. The waits run side by side.
 */
import { afterAll, beforeAll, describe, type TestContext, test, vi } from "vitest";
import type { ConnectionState } from "../../shared/client/connection-state.ts";
import { joinMatch, type MatchConnection } from "../../shared/client/follow-match.ts";
import { type Carries, DeadLine } from "./dead-line.ts";
import { startTinyServer, type TinyServer } from "./tiny-match.ts";

interface Input {
  seq: number;
  moveX: number;
}
interface View {
  x: number;
  inputs: number;
}
type Connection = MatchConnection<Input, View>;

let server: TinyServer;

beforeAll(async () => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  server = await startTinyServer();
});

afterAll(() => server.stop());

/** Joins a match of their own. */
async function play(
  { onTestFinished }: TestContext,
  carries: Carries[] = ["all"],
): Promise<{ line: DeadLine; connection: Connection }> {
  const line = await DeadLine.to(server.url);
  line.carries = carries;
  const connection = await joinMatch<Input, View>({ url: line.url, game: "tiny", name: "Ada" });
  onTestFinished(async () => {
    await connection.leave();
    line.stop();
  });
  return { line, connection };
}

function entered(connection: Connection, kind: ConnectionState["kind"]): Promise<ConnectionState> {
  return new Promise((resolve) => {
    connection.onState((state) => state.kind === kind && resolve(state));
  });
}

async function moves({ expect }: TestContext, connection: Connection): Promise<void> {
  const { inputs } = connection.view;
  expect(connection.sendInput({ moveX: 1 })).toBeGreaterThan(0);
  await expect.poll(() => connection.view.inputs).toBeGreaterThan(inputs);
}

describe.concurrent("a connection that goes dead without closing", () => {
  test("[P5] while somebody plays is noticed by its silence, and the same seat is played on", async (context) => {
    const { expect } = context;
    const { line, connection } = await play(context);
    await moves(context, connection);
    const { sessionId } = connection;
    const back = entered(connection, "playing");
    line.die({ serverKnows: true });
    await back;
    await moves(context, connection);
    expect(connection.sessionId).toBe(sessionId);
    expect(connection.metrics.drops).toBe(1);
  });

  test("[P5] again on the way back, before the first message or after it, is given up for the next", async (context) => {
    const { expect } = context;
    const { line, connection } = await play(context, ["all", "nothing", "one-message", "all"]);
    const back = entered(connection, "playing");
    line.die({ serverKnows: true });
    await back;
    await moves(context, connection);
    expect(connection.metrics.drops).toBe(1);
  });

  test("[P5] while somebody joins is replaced by another one, to the same seat", async (context) => {
    const { expect } = context;
    const { connection } = await play(context, ["one-message", "all"]);
    expect(connection.state.kind).toBe("playing");
    await moves(context, connection);
  });

  test("after the end of the match is left: there is nothing to come back to", async (context) => {
    const { expect } = context;
    const { line, connection } = await play(context);
    const left = entered(connection, "left");
    server.broadcast(
      "notice",
      { kind: "over", text: "The match is over.", outcome: undefined },
      connection.matchId,
    );
    await entered(connection, "over");
    line.die({ serverKnows: false });
    expect(await left).toMatchObject({ code: 4000, reason: "the match is over" });
  });

  test("whose match ended meanwhile is left with that reason, not tried for ever", async (context) => {
    const { expect } = context;
    const { line, connection } = await play(context);
    const left = entered(connection, "left");
    line.die({ serverKnows: true });
    await server.endMatch(connection.matchId);
    expect(await left).toMatchObject({ code: 4003, reason: expect.stringContaining("seat/gone") });
  });

  test("[P6] that is left while it is dead is closed in the end, and nothing of it stays", async (context) => {
    const { expect } = context;
    const { line, connection } = await play(context, ["all", "nothing"]);
    const lost = entered(connection, "reconnecting");
    line.die({ serverKnows: true });
    await lost;
    await connection.leave();
    expect(connection.state).toMatchObject({ kind: "left", code: 4000 });
  });
});
