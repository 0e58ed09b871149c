/** Bots of any game: with the brain that it brings, and without one; what they send is what the game allows. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { randomPayload } from "../../../client-sim/bots/any-game/random-payload.ts";
import { brainFor } from "../../../client-sim/bots/brains.ts";
import { defineGame } from "../../../shared/game/define-game.ts";
import type { AnyGame, InputField } from "../../../shared/game/game.ts";
import { bool, i8, u8 } from "../../../shared/game/view/scalars.ts";

const plain = defineGame({
  name: "plain",
  version: 1,
  tickRate: 10,
  seats: [1, 4],
  options: z.object({}),
  input: { turn: i8, fire: bool },
  commands: {
    bet: z.object({ chips: z.int().min(1).max(20), word: z.enum(["call", "fold"]).optional() }),
    strange: z.object({ when: z.date() }),
  },
  view: { turn: u8 },
  create: () => ({ turn: 3 }),
  step: () => {},
  see: ({ turn }) => ({ turn }),
});

function shown(game: AnyGame) {
  const view = game.view.create();
  game.view.write(view, game.create(1, {}));
  return view;
}

describe("a bot of any game", () => {
  it("[P1] without a brain sends what inputs and commands allow, and nothing that cannot be made", () => {
    const brain = brainFor(plain, { random: { random: 7 }, pace: { secondsMin: 0.2, secondsSpread: 0.4 } });
    const moves = Array.from({ length: 2000 }, () => brain.next(shown(plain), 0, false));
    const fields = plain.input as Readonly<Record<string, InputField>>;
    for (const { input } of moves) {
      expect(Object.keys(input!).sort()).toEqual(["fire", "turn"]);
      for (const [name, value] of Object.entries(input!)) {
        expect(value).toBeGreaterThanOrEqual(fields[name]!.min);
        expect(value).toBeLessThanOrEqual(fields[name]!.max);
      }
    }
    const commands = moves.flatMap(({ command }) => (command === undefined ? [] : [command]));
    expect(commands.length).toBeGreaterThan(100);
    expect(commands.length).toBeLessThan(800);
    expect(new Set(commands.map(({ name }) => name))).toEqual(new Set(["bet"]));
    for (const { payload } of commands) expect(plain.commands.bet.safeParse(payload).success).toBe(true);
    expect(Array.from({ length: 200 }, () => brain.next(shown(plain), 0, true).command)).toEqual(
      Array.from({ length: 200 }, () => undefined),
    );
  });

  it("with a brain sends what it says, as numbers, and no command before the last one is answered", () => {
    const game: AnyGame = {
      ...plain,
      brain: ({ view, seat }) => ({
        input: { fire: (view as { turn: number }).turn === seat },
        command: { name: "bet", payload: { chips: 1 } },
      }),
    };
    const brain = brainFor(game, { random: { random: 1 } });
    const command = { name: "bet", payload: { chips: 1 } };
    expect(brain.next(shown(game), 3, false)).toEqual({ input: { turn: -128, fire: 1 }, command });
    expect(brain.next(shown(game), 2, true)).toEqual({ input: { turn: -128, fire: 0 } });
  });

  it("random payloads pass the schema, or there are none", () => {
    const random = { random: 5 };
    const schema = z.object({
      text: z.string().min(2).max(4),
      many: z.array(z.int().min(-3).max(3)).max(2),
      share: z.number().min(0).max(1),
      sure: z.boolean().default(true),
      kind: z.literal("a"),
    });
    for (let count = 0; count < 200; count++) {
      const { payload } = randomPayload(schema, random)!;
      expect(schema.safeParse(payload).success).toBe(true);
    }
    const never = z.object({ number: z.int().min(1).max(9) }).refine(() => false);
    for (const strange of [never, z.object({ at: z.date() }), z.union([z.string(), z.int()])])
      expect(randomPayload(strange, random)).toBeUndefined();
  });
});
