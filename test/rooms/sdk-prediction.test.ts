/**
 * The SDK's own prediction over the loss of a process: its classes hold on to instances of the decoded state, of a durable room
 * and of a game alike. What they predict follows the server again, and is what they draw.
 */

import { type MapSchema, type Schema, schema, t } from "@colyseus/schema";
import { Predict, type Room as SdkRoom } from "@colyseus/sdk";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { defineGame, i16, i32, map } from "../../doors/game.ts";
import { DurableRoom } from "../../doors/rooms.ts";
import { builtInGames } from "../../server/games.ts";
import { openRooms, type RoomServer } from "../room/room-server.ts";
import { Losing, until } from "./losing.ts";

const tickRate = 20;

const Runner = schema({ x: t.int32() }, "PredictedRunner");
const Field = schema({ players: t.map(Runner) }, "PredictedField");
type RunnerState = Schema & { x: number };
interface FieldState extends Schema {
  players: MapSchema<RunnerState>;
}
const Steering = schema({ by: t.int16() }, "PredictedSteering");

class RunningRoom extends DurableRoom<{ state: FieldState; input: InstanceType<typeof Steering> }> {
  override state = new Field({ players: {} } as never) as unknown as FieldState;
  override inputs = this.defineInput(Steering);
  override onCreate(): void {
    this.setPatchRate(tickRate);
    this.setFixedTimestep(() => {
      for (const [sessionId, runner] of this.state.players)
        for (const { by } of this.inputs.get(sessionId)) runner.x += by;
    }, 1000 / tickRate);
  }
  override onJoin({ sessionId }: { readonly sessionId: string }): void {
    this.state.players.set(sessionId, new Runner({ x: 0 } as never) as unknown as RunnerState);
  }
  override onDrop(client: Parameters<DurableRoom["onDrop"] & {}>[0]): void {
    void this.allowReconnection(client, 20).catch(() => {});
  }
}

const running = defineGame({
  ...{ name: "running", version: 1, tickRate, patchRate: tickRate, seats: [1, 2] },
  options: z.object({}),
  input: { by: i16 },
  view: { players: map({ x: i32 }) },
  create: () => ({ players: {} as { [seat: string]: { x: number } } }),
  step(world, tick) {
    for (const { seat } of tick.joins) world.players[seat] = { x: 0 };
    for (const { seat, inputs } of tick.inputs)
      for (const { by } of inputs) if (world.players[seat]) world.players[seat].x += by;
  },
  see: ({ players }) => ({ players }),
});

let server: RoomServer;
const losing = new Losing(() => server);

beforeAll(async () => {
  server = await openRooms({ seatGraceSeconds: 30 }, [...builtInGames, running], { run: RunningRoom });
});

afterEach(async () => {
  // A match of a game would show its result for a while.
  for (const { live } of server.parts.host.all()) if (!live.match.game.isRoom) live.giveUp();
  await losing.end();
});

afterAll(() => server.close());

interface Command {
  by: number;
  seq: number;
}

/** A client that moves by the SDK's prediction alone, frame by frame of a clock of its own. */
class Mover {
  readonly predict: Predict;
  readonly own: RunnerState;
  readonly #room: SdkRoom<FieldState>;
  readonly #input;
  readonly state: () => number;
  #nowMs = 0;
  #seq = 0;

  constructor(room: SdkRoom<FieldState>, key: string, kind: "reconciler" | "sim") {
    this.#room = room;
    this.own = room.state.players.get(key)!;
    this.#input = room.input() as unknown as { data: Command; send(): void; sentCount: number };
    this.predict = Predict.get(room as never, { mode: "raw" } as never) as unknown as Predict;
    const stepSeconds = 1 / tickRate;
    if (kind === "reconciler") {
      const me = this.predict.reconciler(
        this.own as never,
        {
          ...{ input: this.#input as never, stepSeconds },
          step: (_context: unknown, state: { x: number }, { by }: Command) => {
            state.x += by;
          },
        } as never,
      ) as unknown as { state: { x: number } };
      this.state = () => me.state.x;
    } else {
      const me = this.predict.sim({
        ...{ input: this.#input as never, stepSeconds, world: { runner: this.own } },
        step: (_context: unknown, { runner }: { runner: { x: number } }, { by }: Command) => {
          runner.x += by;
        },
      } as never) as unknown as { world: { runner: { x: number } } };
      this.state = () => me.world.runner.x;
    }
  }

  /** One frame of a tick's length. @param by undefined: it sends nothing */
  frame(by?: number): void {
    this.#nowMs += 1000 / tickRate;
    this.predict.tick(this.#nowMs);
    if (by === undefined || !this.#room.connection.isOpen) return;
    Object.assign(this.#input.data, { by, seq: ++this.#seq });
    this.#input.send();
  }

  /** What it draws is what the server has: everything was acknowledged. */
  async settles(at: number): Promise<void> {
    await until(() => {
      this.frame();
      return [this.own.x, this.state(), Math.round(this.predict.value(this.own as never, "x" as never))];
    }).toEqual([at, at, at]);
  }
}

/** Into a game with a session, into a room without. */
async function runs(kind: "game" | "room"): Promise<SdkRoom<FieldState>> {
  const { client } = losing;
  if (kind === "game") client.auth.token = (await server.guest()).token;
  const room = (await client.joinOrCreate(kind === "game" ? "running" : "run", {})) as SdkRoom<FieldState>;
  losing.plays(room as never);
  await until(() => room.state?.players?.size).toBeGreaterThan(0);
  return room;
}

it.each(["room", "game"] as const)(
  "[P5.21] in a %s the SDK's controllers go on after a loss with the instances that they have, and draw what the server says",
  async (kind) => {
    const rooms = [await runs(kind), await runs(kind)];
    const [room] = rooms as [SdkRoom<FieldState>];
    await until(() => rooms.map(({ state }) => state.players.size)).toEqual([2, 2]);
    // A game keeps the ids of what has been in its View for some seconds.
    const ticks = kind === "game" ? 3 * tickRate : 0;
    await until(() => server.parts.host.all()[0]!.live.match.tick).toBeGreaterThan(ticks);
    const keys = [...room.state.players.keys()];
    const movers = [new Mover(rooms[0]!, keys[0]!, "reconciler"), new Mover(rooms[1]!, keys[1]!, "sim")];
    for (const mover of movers) {
      for (let frames = 0; frames < 10; frames++) mover.frame(3);
      expect(mover.state()).toBe(30);
      await mover.settles(30);
    }
    for (let losses = 1; losses <= 2; losses++) {
      await losing.lose(room.roomId);
      for (const [at, mover] of movers.entries()) {
        expect(rooms[at]!.state.players.get(keys[at]!)).toBe(mover.own);
        const before = mover.own.x;
        for (let frames = 0; frames < 5; frames++) mover.frame(-2);
        expect(mover.state()).toBe(before - 10);
        await mover.settles(before - 10);
      }
    }
  },
);
