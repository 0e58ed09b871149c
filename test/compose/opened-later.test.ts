/** Matches that a start could not open: when they are tried again, and when no more. */
import { expect, test } from "vitest";
import { OpenedLater, type OpenedLaterParts } from "../../server/compose/opened-later.ts";
import type { RestoreOutcome } from "../../server/match/restores.ts";

function setUp(answers: { [id: string]: readonly RestoreOutcome[] }) {
  const lines: string[] = [];
  const waits: { readonly ms: number; readonly run: () => unknown }[] = [];
  const tried: string[] = [];
  const state = { full: false, found: "running" };
  const told = (details: object, message: string) =>
    void lines.push(`${(details as { match: string }).match}: ${message}`);
  const parts: OpenedLaterParts = {
    store: { find: async (id) => ({ id, state: state.found }) as never },
    host: {
      get isFull() {
        return state.full;
      },
      restoreOne: async ({ id }) => {
        const turn = tried.filter((each) => each === id).length;
        tried.push(id);
        return answers[id]![Math.min(turn, answers[id]!.length - 1)]!;
      },
    },
    openRoom: async (id) => (id === "no-room" ? { kind: "left", reason: "no room" } : { kind: "restored" }),
    timer: (ms, run) => {
      const wait = { ms, run };
      waits.push(wait);
      return () => void waits.splice(waits.indexOf(wait), 1);
    },
    log: { info: told, error: told },
  };
  /** Lets the next wait pass. @returns how long it was, in ms */
  const pass = async () => {
    const { ms, run } = waits.shift()!;
    await run();
    return ms;
  };
  const left = Object.keys(answers).map((id) => ({ id, reason: "at the start" }));
  const again = new OpenedLater(left, parts);
  return { lines, waits, tried, state, pass, stop: () => again.stop() };
}

const restored: RestoreOutcome = { kind: "restored" };
const failing: RestoreOutcome = { kind: "left", reason: "the disk is away" };

test("[P7.16] a match that could not be opened at the start is opened when what failed has passed", async () => {
  const { lines, waits, pass } = setUp({ soon: [failing, restored], never: [failing] });
  expect(await pass()).toBe(5000);
  expect(lines).toEqual([]);
  await pass();
  expect(lines).toEqual(["soon: a match that was not opened at the start runs now"]);
  expect(waits).toHaveLength(1);
});

test("[P7.16] one that cannot be opened is tried four times, ever later, and then a line says until when", async () => {
  const { lines, waits, tried, pass } = setUp({ never: [failing], "no-room": [restored] });
  const waited = [await pass(), await pass(), await pass(), await pass()];
  expect(waited).toEqual([5000, 30_000, 120_000, 600_000]);
  expect(waits).toEqual([]);
  expect(tried).toHaveLength(8);
  expect(lines).toEqual([
    "never: not opened, tried again at the next start: the disk is away",
    "no-room: not opened, tried again at the next start: no room",
  ]);
});

test("[P7.16] what is over, set aside or taken by somebody else is not tried again; nor anything in a server that stops", async () => {
  const aside: RestoreOutcome = { kind: "set-aside", reason: "torn" };
  const over = setUp({ aside: [aside], lost: [{ kind: "lost-race", reason: "elsewhere" }] });
  await over.pass();
  expect([over.waits, over.lines]).toEqual([[], ["aside: set aside: torn"]]);
  const ended = setUp({ one: [restored] });
  ended.state.found = "over";
  await ended.pass();
  expect([ended.tried, ended.waits]).toEqual([[], []]);
  const stopping = setUp({ one: [restored] });
  stopping.stop();
  expect([stopping.tried, stopping.waits]).toEqual([[], []]);
});

test("[P7.16] while the server is full, matches wait for their turn and are not claimed", async () => {
  const { state, tried, waits, pass } = setUp({ one: [restored] });
  state.full = true;
  await pass();
  expect([tried, waits.length]).toEqual([[], 1]);
  state.full = false;
  await pass();
  expect([tried, waits]).toEqual([["one"], []]);
});
