/**
 * The room that `npm run chaos -- --room tally` plays: everybody counts, in the state, in what only they see, in a durable
 * field and in what they are answered; a named timer counts, too. So whatever a crash takes back shows.
 */
import { type Client, defineRoom } from "@colyseus/core";
import { type MapSchema, type Schema, StateView, schema, t } from "@colyseus/schema";
import { DurableRoom } from "../../../../doors/rooms.ts";

const Player = schema(
  { count: t.uint32(), once: t.uint32(), connected: t.boolean(), x: t.number(), secret: t.uint32().view() },
  "TallyPlayer",
);
const Tally = schema(
  {
    total: t.uint32(),
    steps: t.uint32(),
    beats: t.uint32(),
    left: t.uint32(),
    players: t.map(Player),
    marks: t.map("uint32"),
  },
  "TallyState",
);

export interface TallyPlayer extends Schema {
  count: number;
  once: number;
  connected: boolean;
  x: number;
  secret: number;
}
export interface TallyState extends Schema {
  total: number;
  steps: number;
  beats: number;
  left: number;
  players: MapSchema<TallyPlayer>;
  marks: MapSchema<number>;
}

/** As the answer to `add`, and as the message `added`. */
export interface TallyAnswer {
  readonly total: number;
  /** From a durable field. */
  readonly noted: number;
  readonly count: number;
}

const stepMs = 40;
const beatMs = 150;
const holdSeconds = 60;
const marksMax = 16;

class TallyRoom extends DurableRoom<TallyState> {
  static override readonly durable = ["noted"];
  override state = new Tally({
    ...{ total: 0, steps: 0, beats: 0, left: 0, players: {}, marks: {} },
  } as never) as unknown as TallyState;
  override maxClients = 50;
  noted = 0;

  override messages = {
    add: (client: Client): TallyAnswer => this.#add(client),
    tell: (client: Client) => client.send("added", this.#add(client)),
    /** For messages with an id. @returns how many of the player's were applied */
    once: ({ sessionId }: Client) => {
      const player = this.state.players.get(sessionId)!;
      player.once += 1;
      return player.once;
    },
    move: (client: Client, x: number) => {
      const player = this.state.players.get(client.sessionId);
      if (player !== undefined) player.x = Number(x);
    },
  };

  override onCreate(): void {
    this.clock.setInterval("beat", beatMs);
    this.#setUp();
  }

  override onRestore(): void {
    this.#setUp();
  }

  #setUp(): void {
    this.setPatchRate(stepMs);
    this.setSimulationInterval(() => {
      this.state.steps += 1;
    }, stepMs);
  }

  override onJoin(client: Client): void {
    const player = new Player({
      count: 0,
      once: 0,
      connected: true,
      x: 0,
      secret: 0,
    } as never) as unknown as TallyPlayer;
    this.state.players.set(client.sessionId, player);
    client.view = new StateView();
    client.view.add(player as never);
  }

  override onDrop(client: Client): void {
    const player = this.state.players.get(client.sessionId);
    if (player !== undefined) player.connected = false;
    void this.allowReconnection(client, holdSeconds);
  }

  override onReconnect(client: Client): void {
    const player = this.state.players.get(client.sessionId);
    if (player !== undefined) player.connected = true;
  }

  override onLeave(client: Client): void {
    this.state.players.delete(client.sessionId);
    this.state.left += 1;
  }

  beat(): void {
    this.state.beats += 1;
  }

  #add({ sessionId }: Client): TallyAnswer {
    const { state } = this;
    const player = state.players.get(sessionId)!;
    state.total += 1;
    this.noted += 1;
    player.count += 1;
    player.secret = player.count * 7;
    state.marks.set(String(state.total % marksMax), state.total);
    return { total: state.total, noted: this.noted, count: player.count };
  }
}

export default { rooms: { tally: defineRoom(TallyRoom as never) } };
