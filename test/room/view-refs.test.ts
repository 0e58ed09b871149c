/**
 * Reference ids over a restore, with Colyseus' own encoder and the decoder as the SDK uses it: a client that
 * keeps its tree gets the restored process' full state and its patches, and must end with the right tree.
 */
import { Decoder, Encoder, type Schema, schema, t } from "@colyseus/schema";
import { describe, expect, it } from "vitest";
import { nextRefId } from "../../server/room/colyseus-internals/serializer-internals.ts";
import { continueRefs, refsToReserve } from "../../server/room/view-refs.ts";
import { fc, test as property } from "../match/property.ts";

const Player = schema({ name: t.string(), health: t.uint8() }, "RefsPlayer");
const Shot = schema({ x: t.int16() }, "RefsShot");
const View = schema({ players: t.map(Player), shots: t.map(Shot) }, "RefsView");

/** What is in the World at a time: names of players and numbers of shots. */
interface Content {
  readonly players: readonly string[];
  readonly shots: readonly number[];
}

/** A process with its View, as a room has it. */
function serve() {
  const view = new View();
  const encoder = new Encoder(view);
  const room = { _serializer: { encoder } };
  const show = ({ players, shots }: Content) => {
    const wantedShots = shots.map(String);
    for (const key of [...view.players.keys()]) if (!players.includes(key)) view.players.delete(key);
    for (const key of [...view.shots.keys()]) if (!wantedShots.includes(key)) view.shots.delete(key);
    for (const name of players) if (!view.players.has(name)) view.players.set(name, player(name));
    for (const x of shots) if (!view.shots.has(`${x}`)) view.shots.set(`${x}`, shot(x));
  };
  const full = () => Buffer.from(encoder.encodeAll());
  const patch = () => {
    const bytes = Buffer.from(encoder.encode());
    encoder.discardChanges();
    return bytes;
  };
  return { view, room, show, full, patch };
}

function player(name: string) {
  const made = new Player();
  made.name = name;
  made.health = name.length;
  return made;
}

function shot(x: number) {
  const made = new Shot();
  made.x = x;
  return made;
}

/** Plays `before` in one process, `after` in the next one; the client keeps its tree. */
function overRestore(before: readonly Content[], after: readonly Content[], continued: boolean) {
  const first = serve();
  const decoder = new Decoder(new View());
  decoder.decode(first.full());
  for (const content of before) {
    first.show(content);
    decoder.decode(first.patch());
  }
  const reserved = refsToReserve(nextRefId(first.room), 0)!;
  const second = serve();
  if (continued) continueRefs(second.room, reserved);
  second.show(after[0]!);
  second.patch();
  decoder.decodeResync(second.full());
  for (const content of after.slice(1)) {
    second.show(content);
    decoder.decode(second.patch());
  }
  return { client: (decoder.state as Schema).toJSON(), server: second.view.toJSON() };
}

const content = fc.record({
  players: fc.uniqueArray(fc.constantFrom("ada", "ben", "cleo", "dana"), { maxLength: 4 }),
  shots: fc.uniqueArray(fc.nat(9), { maxLength: 6 }),
});
const history = fc.array(content, { minLength: 1, maxLength: 6 });

describe("view refs", () => {
  property(
    "[P5.3] a client's tree is right after a restore, spawns and deaths in between included",
    [history, history],
    (before, after) => {
      const { client, server } = overRestore(before, after, true);
      expect(client).toEqual(server);
    },
  );

  it("sabotage: a View that counts from the start again is decoded into the wrong objects", () => {
    const before = [
      { players: ["ada", "ben"], shots: [1] },
      { players: ["ada", "ben", "cleo"], shots: [1, 2, 3] },
    ];
    const after = [{ players: ["cleo"], shots: [4, 5, 6, 7] }];
    const { client, server } = overRestore(before, after, false);
    expect(client).not.toEqual(server);
    const right = overRestore(before, after, true);
    expect(right.client).toEqual(right.server);
  });

  it("[P6] ids are reserved before they are used up, in blocks", () => {
    expect(refsToReserve(3, 0)).toBe(1024);
    expect(refsToReserve(700, 1024)).toBeUndefined();
    expect(refsToReserve(769, 1024)).toBe(2048);
  });
});
