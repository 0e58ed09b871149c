/** What a client reads of values that a field cannot hold as they are, and that clients really read this. */
import { Encoder, Reflection } from "@colyseus/schema";
import { expect, test } from "vitest";
import { declaredView } from "../../../shared/game/view/declared-view.ts";
import type { AnyKind } from "../../../shared/game/view/kind.ts";
import {
  bool,
  f32,
  f64,
  fixed,
  grid,
  i8,
  i32,
  oneOf,
  text,
  u8,
  u32,
  whole,
} from "../../../shared/game/view/scalars.ts";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const turn = fixed({ min: 0, max: 256, bits: 8, wrap: true });
const part = fixed({ min: -1, max: 1, bits: 8 });

test.each<[what: string, kind: AnyKind, rows: readonly (readonly [seen: unknown, read: unknown])[]]>([
  ["u8", u8, [[255, 255], [300, 255], [-1, 0], [1.5, 2], [0.4, 0], [nan, 0], [-0.2, 0], [infinity, 255]]],
  ["i8", i8, [[-128, -128], [-129, -128], [128, 127], [-1.5, -1], [nan, 0]]],
  ["u32", u32, [[2 ** 32 - 1, 2 ** 32 - 1], [2 ** 32, 2 ** 32 - 1]]],
  ["i32", i32, [[-(2 ** 31), -(2 ** 31)], [2 ** 31, 2 ** 31 - 1]]],
  ["whole(3, 9)", whole(3, 9), [[2, 3], [9, 9], [10, 9], [nan, 3]]],
  ["f32", f32, [[0.1, Math.fround(0.1)], [1e300, 0], [nan, 0], [-0, 0]]],
  ["f64", f64, [[0.1, 0.1], [1e300, 1e300], [-infinity, 0], [-0, 0]]],
  ["grid(1/16)", grid(1 / 16), [[1 / 16, 1 / 16], [0.03, 0], [0.04, 1 / 16], [-5, 0], [4096, 4096 - 1 / 16], [nan, 0]]],
  ["grid(4, { min: -8, bits: 8 })", grid(4, { min: -8, bits: 8 }), [[-9, -8], [3, 4], [1e9, 1012], [-infinity, -8]]],
  ["a part from -1 to 1", part, [[0, 0], [2, 1], [-2, -1], [nan, 0], [infinity, 1], [0.5, 64 / 127]]],
  ["a turn", turn, [[256, 0], [257, 1], [-1, 255], [255.6, 0], [nan, 0], [infinity, 0]]],
  ["bool", bool, [[true, true], [false, false]]],
  ["text", text, [["", ""], ["Ada 🂡", "Ada 🂡"]]],
  ["oneOf", oneOf("", "over"), [["", ""], ["over", "over"]]],
])("[P4.8] %s", (_what, kind, rows) => {
  const declared = declaredView("any", { value: kind }, (seen: { value: never }) => seen);
  const view = declared.create();
  const encoder = new Encoder(view);
  const client = Reflection.decode(Reflection.encode(encoder));
  for (const [seen, read] of rows) {
    declared.write(view, { value: seen as never });
    client.decode(encoder.encode());
    encoder.discardChanges();
    const held = [declared.of({ value: seen as never }), declared.read(client.state as never)];
    expect(held, String(seen)).toStrictEqual([{ value: read }, { value: read }]);
  }
}); // biome-ignore format: a table

test("[P4.6] half of a character is shown as U+FFFD, and so nothing of it reaches the schema package", () => {
  const { of } = declaredView("any", { name: text }, (seen: { name: string }) => seen);
  expect(of({ name: "a\ud83c" })).toEqual({ name: "a\ufffd" });
});

test("[P7.8] a kind that cannot be is refused when it is declared", () => {
  expect(() => whole(0, 2 ** 32)).toThrow(/whole\(0, 4294967296\)/);
  expect(() => whole(-1, 2 ** 31)).toThrow(RangeError);
  expect(() => whole(2, 1)).toThrow(RangeError);
  expect(() => fixed({ min: 1, max: 1 })).toThrow("1 to 1 is no range");
  expect(() => grid(0.1)).toThrow("a step that is a power of two");
  expect(() => grid(1, { min: 0.5 })).toThrow("a min on the grid");
});
