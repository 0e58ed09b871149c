/** One look at the registry after the other: who is lost, who is not, and what is forgotten after a break. */
import { describe, expect, test } from "vitest";
import { type LivenessMemory, nextLiveness, nothingSeen } from "../../server/fleet/liveness.ts";
import type { RegisteredNode } from "../../server/fleet/node-registry.ts";
import { registered } from "./node-entries.ts";

const goneMsMin = 100;
const settleMs = 1000;
const self = registered("self");
const look = (seen: LivenessMemory, nodes: readonly RegisteredNode[], nowMs: number) =>
  nextLiveness({ seen, nodes, self: "self", nowMs, goneMsMin, settleMs });

const there = registered("other");
const gone = registered("other", { connected: false });
const expired = registered("other", { leaseLeftMs: -1 });
const selfGone = registered("self", { connected: false });
const selfExpired = registered("self", { leaseLeftMs: 0 });

/** Looks, each with its time; then who is lost at the last one. */
type Row = readonly [
  name: string,
  looks: readonly (readonly [nowMs: number, ...RegisteredNode[]])[],
  lost: string[],
];

const rows: readonly Row[] = [
  ["nobody else", [[0, self]], []],
  [
    "all are there",
    [
      [0, self, there],
      [5000, self, there],
    ],
    [],
  ],
  [
    "a connection that is gone for the first time",
    [
      [0, self, there],
      [50, self, gone],
    ],
    [],
  ],
  [
    "a connection that is gone for long enough",
    [
      [0, self, there],
      [50, self, gone],
      [150, self, gone],
    ],
    ["other"],
  ],
  [
    "a connection that is gone a little shorter",
    [
      [0, self, there],
      [50, self, gone],
      [149, self, gone],
    ],
    [],
  ],
  [
    "a connection that came back in between",
    [
      [0, self, there],
      [50, self, gone],
      [100, self, there],
      [150, self, gone],
      [200, self, gone],
    ],
    [],
  ],
  [
    "one that was never seen connected is judged by its lease",
    [
      [0, self, gone],
      [5000, self, gone],
    ],
    [],
  ],
  [
    "its lease ran out",
    [
      [0, self, there],
      [1000, self, expired],
    ],
    ["other"],
  ],
  [
    "its lease ran out, but we have only begun to look",
    [
      [0, self, expired],
      [999, self, expired],
    ],
    [],
  ],
  [
    "its lease ran out before we began to look",
    [
      [0, self, expired],
      [1000, self, expired],
    ],
    ["other"],
  ],
  [
    "our own connection was gone too: seen before counts no more",
    [
      [0, self, there],
      [2000, selfGone, gone],
      [2010, self, gone],
      [2900, self, gone],
    ],
    [],
  ],
  [
    "our own lease ran out too: nobody could renew their",
    [
      [0, self, there],
      [2000, selfExpired, expired],
      [2010, self, expired],
      [2900, self, expired],
    ],
    [],
  ],
  [
    "our own lease ran out too, and the other does not come back",
    [
      [0, self, there],
      [2000, selfExpired, expired],
      [2010, self, expired],
      [3010, self, expired],
    ],
    ["other"],
  ],
  [
    "we are not in the registry ourselves",
    [
      [0, self, there],
      [2000, expired],
      [9000, expired],
    ],
    [],
  ],
  [
    "our own lease",
    [
      [0, self],
      [5000, selfExpired],
    ],
    [],
  ],
];

test.each(rows)("%s", (_name, looks, lost) => {
  let seen = nothingSeen;
  let found: string[] = [];
  for (const [nowMs, ...nodes] of looks) {
    const next = look(seen, nodes, nowMs);
    seen = next.seen;
    found = next.lost.map(({ node }) => node);
  }
  expect(found).toEqual(lost);
});

describe("settled", () => {
  test("only when the registry was there for us without a break, for long enough", () => {
    const first = look(nothingSeen, [self], 10);
    expect(first.settled).toBe(false);
    expect(look(first.seen, [self], 10 + settleMs).settled).toBe(true);
    const interrupted = look(first.seen, [selfGone], 500);
    expect(look(interrupted.seen, [self], 10 + settleMs).settled).toBe(false);
  });
});
