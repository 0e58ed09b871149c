/** What a game tells its players, as the match keeps it: numbers, the last ones for who is away, limits, and over a crash. */
import { describe, expect, it } from "vitest";
import { readFrame } from "../../server/durability/format.ts";
import { recordCodec } from "../../server/match/record.ts";
import { packSnapshot, unpackSnapshot } from "../../server/match/snapshot-codec.ts";
import { applyRecord, type MatchState, newMatchState } from "../../server/match/state.ts";
import type { AnyGame, CommandAnswer, Plain, Stepped, TickRecord } from "../../shared/game/game.ts";
import { fc, test } from "./property.ts";
import { tally } from "./tally.ts";

type TellAll = { readonly name: string; readonly payload: unknown };

/** Tells whatever its commands ask for, and answers them with their payload. */
const teller: AnyGame = {
  ...tally,
  step: (world: { tick: number }, record: TickRecord<unknown, TellAll>): Stepped => {
    world.tick = record.tick;
    const told = record.commands.flatMap(({ command }) => (command.payload as { told?: never[] }).told ?? []);
    const answers = record.commands.map(({ command }): CommandAnswer => {
      return { ok: true, data: (command.payload as { data?: Plain }).data ?? null };
    });
    return { answers, told };
  },
};

const join = (seat: number | "spectator", sessionId: string) => ({
  ...{ seat, sessionId, userId: `user-${sessionId}`, name: sessionId, token: "" },
});

function started(): MatchState {
  const state = newMatchState(teller, 7, { overAt: 0 });
  const joins = [join(0, "ada"), join(1, "ben"), join("spectator", "eve")];
  applyRecord(teller, state, { inputs: [], events: { joins } });
  return state;
}

let ids = 0;
function tell(state: MatchState, told: readonly object[], data?: Plain) {
  ids += 1;
  const command = { seat: 0, id: ids, name: "say", payload: { told, ...(data !== undefined && { data }) } };
  return applyRecord(teller, state, { inputs: [], events: { commands: [command] } });
}

const namesOf = (state: MatchState, at: number) => state.seats[at]!.told?.kept.map(({ name }) => name);

describe("events", () => {
  it("reach the seat, the spectators or everybody, each with numbers of its own", () => {
    const state = started();
    tell(state, [
      { to: 0, name: "a", payload: { x: [1, "two"] } },
      { to: "spectator", name: "b" },
    ]);
    tell(state, [
      { to: "all", name: "c" },
      { to: 7, name: "nobody is there" },
    ]);
    expect([0, 1, 2].map((at) => namesOf(state, at))).toEqual([["a", "c"], ["c"], ["b", "c"]]);
    expect(state.seats[0]!.told!.kept.map(({ id, tick, payload }) => [id, tick, payload])).toEqual([
      [1, 2, { x: [1, "two"] }],
      [2, 3, null],
    ]);
  });

  it("[P6.12] only the last are kept, by number and by size, and the numbers show what is missing", () => {
    const state = started();
    tell(
      state,
      Array.from({ length: 70 }, (_, at) => ({ to: 0, name: `${at}` })),
    );
    const { told } = state.seats[0]!;
    expect([told!.last, told!.kept.length, told!.kept[0]!.id]).toEqual([70, 64, 7]);
    tell(
      state,
      Array.from({ length: 5 }, () => ({ to: 0, name: "big", payload: "x".repeat(4000) })),
    );
    expect([told!.last, told!.kept.length, told!.kept[0]!.id]).toEqual([75, 4, 72]);
    tell(state, [{ to: 0, name: "too big", payload: "x".repeat(5000) }]);
    expect([told!.last, told!.kept.at(-1)!.id]).toEqual([76, 75]);
  });

  it("are what the game gave at that time, whatever it does with it later", () => {
    const state = started();
    const payload = { cards: [1] };
    const game: AnyGame = {
      ...teller,
      step: () => ({ answers: [], told: [{ to: 0, name: "hand", payload }] }),
    };
    applyRecord(game, state, { inputs: [] });
    payload.cards.push(2);
    expect(state.seats[0]!.told!.kept[0]!.payload).toEqual({ cards: [1] });
  });

  it("a new player of a seat has none of the last one's", () => {
    const state = started();
    tell(state, [{ to: 0, name: "secret" }]);
    applyRecord(teller, state, { inputs: [], events: { leaves: ["ada"], joins: [join(0, "cleo")] } });
    expect(state.seats.find(({ seat }) => seat === 0)).toMatchObject({ sessionId: "cleo" });
    expect(state.seats.find(({ seat }) => seat === 0)!.told).toBeUndefined();
  });
});

describe("the answer to a command", () => {
  it("[P5.1] may carry data, and a repeated command has the same", () => {
    const state = started();
    const data = { drawn: [3, 4] };
    expect(tell(state, [], data)).toEqual([{ ok: true, data }]);
    expect(state.seats[0]!.answers.at(-1)).toEqual({ id: ids, answer: { ok: true, data } });
  });

  it("[P6.12] data that is too large is left out, and the command counts", () => {
    const state = started();
    expect(tell(state, [], "x".repeat(5000))).toEqual([{ ok: true, tooLarge: true }]);
  });
});

const event = fc.record({
  to: fc.constantFrom(0, 1, "spectator", "all"),
  name: fc.string({ maxLength: 4 }),
  payload: fc.jsonValue({ maxDepth: 2 }),
});

test(
  "[P4.3] [P5.1] what was told comes back over a restore at any tick, and goes on with the same numbers",
  [fc.array(fc.array(event, { maxLength: 5 }), { minLength: 2, maxLength: 20 }), fc.nat(19)],
  (ticks, crashAt) => {
    const codec = recordCodec<never>(teller.input as never);
    const records = ticks.map((told, at) =>
      codec.encode({
        inputs: [],
        events: { commands: [{ seat: 0, id: at + 1, name: "say", payload: { told } }] },
      }),
    );
    let state = started();
    const other = started();
    for (const [at, record] of records.entries()) {
      applyRecord(teller, other, codec.decode(record));
      if (at === crashAt) {
        const frame = readFrame(packSnapshot({ epoch: 1, state, version: 1 }));
        state = unpackSnapshot(frame as never).state;
      }
      applyRecord(teller, state, codec.decode(record));
      expect(state.seats.map(({ told }) => told)).toEqual(other.seats.map(({ told }) => told));
    }
  },
);
