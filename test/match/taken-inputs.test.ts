/** Which inputs reach a tick when there are more seats than a record can count: all of them in turn, and none is lost. */
import { expect, it } from "vitest";
import { recordCodec, seatsWithInputsMax } from "../../server/match/record.ts";
import type { SeatState } from "../../server/match/state.ts";
import { TakenInputs } from "../../server/match/taken-inputs.ts";

it("[P1.1] with 256 seats that send in every tick each waits for its turn now and then, and every input counts once", () => {
  const ticks = 600;
  const places = Array.from({ length: seatsWithInputsMax + 1 }, (_, seat) => ({
    ...{ seat, sessionId: `${seat}`, droppedAt: undefined, lastInputSeq: 0 },
  })) as unknown as SeatState[];
  const waiting = places.map(() => [] as { seq: number }[]);
  const codec = recordCodec<{ seq: number }>({ seq: { type: "uint32", min: 0, max: 0xffff_ffff } });
  const taken = new TakenInputs((reason) => expect(reason).toBeUndefined());
  const longest = places.map(() => 0);
  for (let tick = 1; tick <= ticks; tick++) {
    for (const line of waiting) line.push({ seq: tick });
    const inputs = taken.of(
      places,
      () => false,
      (sessionId, max) => waiting[Number(sessionId)]!.splice(0, max),
    );
    expect(inputs.length).toBeLessThanOrEqual(seatsWithInputsMax);
    for (const each of codec.decode(codec.encode({ inputs })).inputs)
      places[each.seat]!.lastInputSeq = each.inputs.at(-1)!.seq;
    for (const [seat, line] of waiting.entries()) longest[seat] = Math.max(longest[seat]!, line.length);
  }
  expect(Math.max(...longest)).toBeLessThanOrEqual(2);
  expect(places.map(({ lastInputSeq }) => ticks - lastInputSeq).filter((behind) => behind > 1)).toEqual([]);
});
