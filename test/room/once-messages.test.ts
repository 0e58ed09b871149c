/** Messages with an id in a durable room, over crashes at any moment: on Colyseus' own room, without a server. */
import { type Client, Room } from "@colyseus/core";
import { expect, it } from "vitest";
import { handlerOf } from "../../server/room/colyseus-internals/room-internals.ts";
import { type KeptOnce, withOnce } from "../../server/room/durable/kept-once.ts";
import { OnceMessages } from "../../server/room/durable/once-messages.ts";
import { type OnceAnswer, onceKeptMax, onceType } from "../../shared/wire/once.ts";
import { fc, test } from "../match/property.ts";

const client = { sessionId: "s" } as Client;

/** A room that adds numbers, and its journal: what it had at its last record is what the next process has. */
class Adder {
  kept: { readonly added: readonly number[]; readonly once: Readonly<Record<string, KeptOnce>> } = {
    added: [],
    once: {},
  };
  added: number[] = [];
  once!: OnceMessages;
  #room!: Room;

  constructor() {
    this.crash();
  }

  crash(): void {
    this.#room = new Room();
    this.added = [...this.kept.added];
    this.#room.onMessage("add", (_: Client, number: number) => this.#add(number));
    this.#room.onMessage("later", async (_: Client, number: number) => {
      await Promise.resolve();
      return this.#add(number);
    });
    this.#room.onMessage("odd", (_: Client, number: number, context) =>
      number % 2 === 1 ? this.#add(number) : context.reject("even"),
    );
    this.#room.onMessage("fails", () => {
      throw new Error("no");
    });
    this.#room.onMessage("large", () => "x".repeat(2000));
    this.once = new OnceMessages(this.#room);
    this.once.restore(this.kept.once);
  }

  record(): void {
    const once = { ...this.kept.once };
    for (const [id, change] of Object.entries(this.once.take() ?? {})) once[id] = withOnce(once[id], change);
    this.kept = { added: [...this.added], once };
  }

  send(id: number, type: string, message?: unknown, line = "a"): OnceAnswer | Promise<OnceAnswer> {
    const take = handlerOf(this.#room, onceType)!;
    return take(client, { line, id, type, message }, undefined as never) as OnceAnswer | Promise<OnceAnswer>;
  }

  #add(number: number): number {
    this.added.push(number);
    return this.added.length;
  }
}

test(
  "[P5.24] whatever is sent again after whatever crash, each message is applied once, in order, and what was answered stays answered",
  [fc.array(fc.constantFrom("send", "send", "send", "again", "record", "crash"), { maxLength: 60 })],
  (steps) => {
    const room = new Adder();
    /** As our client: those without an answer, in order; an answer arrives when a record has it. */
    const unanswered = new Map<number, OnceAnswer | undefined>();
    const answers = new Map<number, OnceAnswer>();
    let sent = 0;
    const record = () => {
      room.record();
      for (const [id, answer] of unanswered) {
        if (answer === undefined) continue;
        answers.set(id, answer);
        unanswered.delete(id);
      }
    };
    const sendAgain = () => {
      for (const id of unanswered.keys()) unanswered.set(id, room.send(id, "add", id) as OnceAnswer);
    };
    for (const step of [...steps, "again", "record"]) {
      if (step === "send" && unanswered.size < onceKeptMax) {
        sent += 1;
        unanswered.set(sent, room.send(sent, "add", sent) as OnceAnswer);
      } else if (step === "again") sendAgain();
      else if (step === "record") record();
      else if (step === "crash") {
        room.crash();
        for (const id of unanswered.keys()) unanswered.set(id, undefined);
        sendAgain();
      }
    }
    const all = Array.from({ length: sent }, (_, index) => index + 1);
    expect(room.kept.added).toEqual(all);
    expect([...answers]).toEqual(all.map((id) => [id, { ok: true, answer: id }]));
  },
  300,
);

it("[P5.24] a handler that waits is called once, and what is sent meanwhile comes after it", async () => {
  const room = new Adder();
  const answers = [
    room.send(1, "later", 1),
    room.send(2, "add", 2),
    room.send(1, "later", 1),
    room.send(2, "add", 2),
  ];
  expect(room.added).toEqual([]);
  expect(await Promise.all(answers)).toEqual([1, 2, 1, 2].map((answer) => ({ ok: true, answer })));
  expect(room.added).toEqual([1, 2]);
  room.record();
  room.crash();
  expect(room.send(2, "add", 2)).toEqual({ ok: true, answer: 2 });
  expect(room.added).toEqual([1, 2]);
});

it("[P5.24] a refusal counts as an answer, and comes again as it was", () => {
  const room = new Adder();
  const refusals = () => [
    ...[room.send(1, "odd", 2), room.send(2, "fails"), room.send(3, "nothing"), room.send(4, "odd", 3)],
  ];
  const first = refusals();
  expect(first).toEqual([
    { ok: false, code: "message/refused", reason: "even" },
    { ok: false, code: "message/refused", reason: "no" },
    { ok: false, code: "message/unknown", reason: "no handler for nothing" },
    { ok: true, answer: 1 },
  ]);
  room.record();
  room.crash();
  expect(refusals()).toEqual(first);
  expect(room.added).toEqual([3]);
});

it("[P6.4] only the newest answers are kept, and small ones; the others are known to be applied", () => {
  const room = new Adder();
  for (let id = 1; id <= onceKeptMax + 3; id++) room.send(id, "add", id);
  room.record();
  expect(room.kept.once.s!.done).toHaveLength(onceKeptMax);
  expect(room.send(3, "add", 3)).toEqual({ ok: true, forgotten: true });
  expect(room.send(4, "add", 4)).toEqual({ ok: true, answer: 4 });
  expect(room.send(20, "large")).toMatchObject({ ok: true, answer: expect.stringMatching("xxx") });
  expect(room.send(20, "large")).toEqual({ ok: true, forgotten: true });
  expect(room.added).toHaveLength(onceKeptMax + 3);
});

it("[P6.4] more than so many that wait are refused, and so is what has no id", async () => {
  const room = new Adder();
  const answers = Array.from({ length: onceKeptMax + 1 }, (_, index) => room.send(index + 1, "later", index));
  expect(answers.at(-1)).toEqual({ ok: false, code: "message/too-many" });
  await Promise.all(answers);
  expect(room.added).toHaveLength(onceKeptMax);
  for (const id of [0, -1, 1.5, "1", undefined])
    expect(room.send(id as number, "add", 1)).toMatchObject({ ok: false, code: "message/invalid" });
  expect(room.send(1, onceType)).toMatchObject({ code: "message/invalid" });
});

it("[P5.24] another program of the same player counts anew, and who has left is forgotten", () => {
  const room = new Adder();
  room.send(1, "add", 1);
  expect(room.send(1, "add", 2, "b")).toEqual({ ok: true, answer: 2 });
  room.record();
  expect(room.kept.once.s).toMatchObject({ line: "b", done: [[1, expect.anything()]] });
  room.send(2, "add", 3, "b");
  room.once.left("s");
  expect(room.once.isAhead).toBe(false);
});
