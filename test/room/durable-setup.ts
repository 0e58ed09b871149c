/** A state with everything that a schema can have, changed at random, and clients that decode it as the SDK does. */

import { type Client, ClientState } from "@colyseus/core";
import {
  type ArraySchema,
  Decoder,
  Encoder,
  type MapSchema,
  type Schema,
  type SetSchema,
  type StateView,
  schema,
  t,
} from "@colyseus/schema";
import { expect } from "vitest";
import { refIdOf } from "../../server/room/colyseus-internals/branch-internals.ts";
import { countIdsFrom, nextIdIn } from "../../server/room/colyseus-internals/tree-internals.ts";
import { plainState } from "../../server/room/durable/plain-state.ts";
import type { KeptView } from "../../server/room/durable/seen-views.ts";
import { SeenViews, withChange } from "../../server/room/durable/seen-views.ts";
import { builtState, classesOf } from "../../server/room/durable/state-builder.ts";
import { storedState } from "../../server/room/durable/state-reader.ts";
import { StateStream } from "../../server/room/durable/state-stream.ts";
import { comparable } from "../../shared/wire/shown-state.ts";

const Card = schema({ face: t.string(), value: t.number() }, "TestCard");
const Unit = schema(
  { x: t.number(), y: t.float32(), alive: t.boolean(), tags: t.array("string"), card: t.ref(Card) },
  "TestUnit",
);
const Boss = schema({ rage: t.uint8() }, "TestBoss");
const Everything = schema(
  {
    round: t.uint32(),
    title: t.string(),
    units: t.map(Unit),
    scores: t.map("number"),
    tiles: t.array("uint8"),
    deck: t.array(Card).view(),
    table: t.array(Card),
    seen: t.set("string"),
    secrets: t.map(Card).view(),
    boss: t.ref(Boss),
  },
  "TestEverything",
);

export interface CardState extends Schema {
  face: string;
  value: number;
}
export interface UnitState extends Schema {
  x: number;
  y: number;
  alive: boolean;
  tags: ArraySchema<string>;
  card: CardState | undefined;
}
export interface EverythingState extends Schema {
  round: number;
  title: string | undefined;
  units: MapSchema<UnitState>;
  scores: MapSchema<number>;
  tiles: ArraySchema<number>;
  deck: ArraySchema<CardState>;
  table: ArraySchema<CardState>;
  seen: SetSchema<string>;
  secrets: MapSchema<CardState>;
  boss: Schema | undefined;
}

export const newCard = (value: number) =>
  new Card({ face: `f${value}`, value } as never) as unknown as CardState;
export const newUnit = (x: number) =>
  new Unit({ x, y: x / 3, alive: true, tags: ["new"] } as never) as unknown as UnitState;
export const newBoss = () => new Boss({ rage: 7 } as never) as unknown as Schema;

function newEverything(): EverythingState {
  const empty = { units: {}, scores: {}, tiles: [], deck: [], table: [], secrets: {} };
  const state = new Everything({ round: 0, title: "t", ...empty } as never) as unknown as EverythingState;
  return state;
}

/** What is in a state, the order of keys aside, which is no content. */
export function contentOf(state: unknown): unknown {
  return sorted(JSON.parse(JSON.stringify(state)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

/** Every object of a state, with its id. */
export function idsIn(state: EverythingState): Record<string, number> {
  const units = [...state.units].map(([key, unit]) => [`units/${key}`, refIdOf(unit)] as const);
  const cards = [...state.table].map((card, at) => [`table/${at}`, refIdOf(card)] as const);
  const secrets = [...state.secrets].map(([key, card]) => [`secrets/${key}`, refIdOf(card)] as const);
  const own = (["units", "tiles", "deck", "table", "secrets", "scores"] as const).map(
    (name) => [name, refIdOf(state[name])] as const,
  );
  return Object.fromEntries([...units, ...cards, ...secrets, ...own]);
}

/** As a client makes it: nothing is in it. */
const newMirror = () =>
  (Everything as unknown as { initializeForDecoder(): EverythingState }).initializeForDecoder();

/** A client with a decoder, which it keeps over a reconnect. */
export class TestClient {
  readonly sessionId: string;
  readonly decoder = new Decoder(newMirror());
  state: ClientState = ClientState.JOINED;
  view: StateView | undefined;
  removed: unknown[] = [];

  constructor(sessionId: string, view: StateView | undefined) {
    this.sessionId = sessionId;
    this.view = view;
  }

  get content(): unknown {
    return contentOf(this.decoder.state);
  }

  get asClient(): Client {
    return this as unknown as Client;
  }
}

/** The part of a durable room that has its state, without a room. */
export class StateUnderTest {
  state: EverythingState;
  encoder: Encoder;
  stream: StateStream;
  views: SeenViews;
  clients: TestClient[] = [];
  /** What the journal has. */
  image: Uint8Array = new Uint8Array(0);
  changes: Uint8Array[] = [];
  nextId = 0;
  keptViews: Record<string, KeptView> = {};
  /** Every state that the journal has, in order. */
  moments: unknown[] = [];
  /** What was there when it was written. */
  written: { readonly content: unknown; readonly ids: Record<string, number> } | undefined;

  constructor() {
    this.state = newEverything();
    this.encoder = new Encoder(this.state);
    this.stream = new StateStream(this.encoder);
    this.views = new SeenViews(() => this.encoder);
    this.record();
  }

  /** As the record of a tick. */
  record(): void {
    this.stream.cut(this.clients as never);
    const taken = this.stream.take();
    if (taken.image !== undefined) {
      this.image = taken.image;
      this.changes = [];
    }
    if (taken.image !== undefined) this.#moment(0);
    for (const change of taken.changes) this.#moment(this.changes.push(change));
    this.nextId = nextIdIn(this.encoder);
    for (const [id, change] of Object.entries(this.views.changes(this.clients as never) ?? {}))
      if (change !== null) this.keptViews[id] = withChange(this.keptViews[id], change);
    this.written = { content: contentOf(this.state), ids: idsIn(this.state) };
  }

  /** What a reader of the journal finds, with so many changes. */
  #moment(changes: number): void {
    this.moments.push(comparable(plainState(storedState(this.image, this.changes.slice(0, changes)))));
  }

  patch(): void {
    this.record();
    for (const client of this.clients) {
      const { parts } = this.stream.partsFor(client.asClient);
      const bytes = Buffer.concat(parts);
      if (bytes.length > 0) client.decoder.decode(bytes);
    }
    this.stream.sent();
  }

  join(client: TestClient): void {
    this.clients.push(client);
    this.showAll(client);
  }

  showAll(client: TestClient): void {
    this.stream.cut(this.clients as never);
    this.stream.shown(client.asClient);
    const it = { offset: 0 };
    const buffer = new Uint8Array(1 << 16);
    let full = this.encoder.encodeAll(it, buffer);
    if (client.view !== undefined)
      full = this.encoder.encodeAllView(client.view, it.offset, { ...it }, buffer);
    client.decoder.decodeResync(Uint8Array.from(full));
  }

  /** Another process has it, as it was written. */
  restore(): void {
    const stored = storedState(this.image, this.changes);
    const classes = classesOf(this.encoder);
    const { root, nextId, isSame } = builtState(stored, { classes, nextId: this.nextId });
    expect(isSame).toBe(true);
    this.state = root as EverythingState;
    this.encoder = new Encoder(root);
    countIdsFrom(this.encoder, nextId);
    this.encoder.discardChanges();
    const changesBytes = this.changes.reduce((sum, { length }) => sum + length, 0);
    const journaled = { types: stored.types.length, imageBytes: this.image.length, changesBytes };
    this.stream = new StateStream(this.encoder, { journaled });
    this.views = new SeenViews(() => this.encoder);
    for (const client of this.clients)
      if (client.view !== undefined)
        client.view = this.views.viewOf(
          client.sessionId,
          this.keptViews[client.sessionId] ?? { iterable: false, seen: [] },
        );
  }
}
