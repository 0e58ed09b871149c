/**
 * A game as one may write it without `defineGame`: the player who collects ten points first by pressing the button wins. Its
 * schema and its input are made by hand.
 */
import { MapSchema, type SchemaType, schema, t } from "@colyseus/schema";
import { z } from "zod";
import type { Game, TickRecord } from "../../shared/game/game.ts";

interface PressWorld {
  points: { [seat: string]: number };
  names: { [seat: string]: string };
  goal: number;
}

const PressPlayer = schema({ name: t.string(), points: t.uint16() }, "PressPlayer");
const PressView = schema({ players: t.map(PressPlayer) }, "PressView");
type PressView = SchemaType<typeof PressView>;

type PressInput = { seq: number; pressed: number };

function step(world: PressWorld, record: TickRecord<PressInput>) {
  for (const seat of record.leaves) {
    delete world.points[seat];
    delete world.names[seat];
  }
  for (const { seat, name } of record.joins) {
    world.points[seat] = 0;
    world.names[seat] = name;
  }
  for (const { seat, inputs } of record.inputs) {
    for (const input of inputs) if (input.pressed === 1) world.points[seat] = (world.points[seat] ?? 0) + 1;
  }
  return record.commands.map(() => ({ ok: true }) as const);
}

function shown(world: PressWorld) {
  return Object.keys(world.points).map((seat) => ({
    seat,
    name: world.names[seat] ?? "",
    points: world.points[seat] ?? 0,
  }));
}

export const press: Game<PressWorld, PressInput, { name: "cheer"; payload: unknown }, PressView> = {
  name: "press",
  version: 1,
  tickRate: 20,
  patchRate: 10,
  seats: { min: 1, max: 8 },
  input: { seq: { type: "uint32", min: 0, max: 0xffffffff }, pressed: { type: "uint8", min: 0, max: 1 } },
  commands: { cheer: z.object({}) },
  options: z.object({ goal: z.int().min(1).max(1000).default(10) }),
  create: (_seed, options) => ({ points: {}, names: {}, goal: (options as { goal: number }).goal }),
  step,
  outcome(world) {
    const players = shown(world).sort((a, b) => b.points - a.points || Number(a.seat) - Number(b.seat));
    if (players[0] === undefined || players[0].points < world.goal) return undefined;
    return {
      reason: "goal",
      ranking: players.map(({ seat }) => [Number(seat)]),
      players: players.map(({ seat, name, points }) => ({ seat: Number(seat), name, numbers: { points } })),
    };
  },
  view: {
    create() {
      const view = new PressView();
      view.players = new MapSchema();
      return view;
    },
    write(view, world) {
      for (const seat of [...view.players.keys()]) if (!(seat in world.points)) view.players.delete(seat);
      for (const { seat, name, points } of shown(world)) {
        let player = view.players.get(seat);
        if (player === undefined) {
          player = new PressPlayer();
          player.name = name;
          view.players.set(seat, player);
        }
        if (player.points !== points) player.points = points;
      }
    },
    // The order of a map's entries is not the World's: who takes a seat anew comes last in it.
    read: (view) => ({
      players: [...(view.players ?? [])]
        .map(([seat, { name, points }]) => ({ seat, name, points }))
        .sort((a, b) => Number(a.seat) - Number(b.seat)),
    }),
    of: (world) => ({ players: shown(world) }),
  },
};
