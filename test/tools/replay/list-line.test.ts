/** A line of `replay --list`: JSON throughout, not JSON inside a text. */
import { expect, test } from "vitest";
import { listLine } from "../../../tools/replay/report.ts";

const entry = { id: "m", epoch: 1, node: "n", about: '{"game":"arena"}', createdAtMs: 0, endedAtMs: 1000 };

test.each([
  ["over", '{"reason":"empty","ranking":[[0]]}', { reason: "empty", ranking: [[0]] }],
  ["set-aside", "a rule threw", "a rule threw"],
] as const)("of a match that is %s says how it ended", (state, ending, shown) => {
  expect(JSON.parse(listLine({ ...entry, state, ending } as never)).ending).toEqual(shown);
});
