/**
 * A durable room with everything that it can have, as its author writes it. What is in it is asked of the outside alone.
 */
import type { Client } from "@colyseus/core";
import { type MapSchema, type Schema, StateView, schema, t } from "@colyseus/schema";
import { DurableRoom, type RestoreInfo } from "../../doors/rooms.ts";

const Card = schema({ face: t.string() }, "BattleCard");
const Fighter = schema(
  { name: t.string(), x: t.number(), connected: t.boolean(), hand: t.array(Card).view() },
  "BattleFighter",
);
const Battle = schema(
  {
    phase: t.string(),
    round: t.uint32(),
    steps: t.uint32(),
    fighters: t.map(Fighter),
    log: t.array("string"),
  },
  "BattleState",
);

export interface FighterState extends Schema {
  name: string;
  x: number;
  connected: boolean;
  hand: { face: string }[];
}
export interface BattleState extends Schema {
  phase: string;
  round: number;
  steps: number;
  fighters: MapSchema<FighterState>;
  log: string[];
}

export class BattleRoom extends DurableRoom<BattleState> {
  static override readonly durable = ["deck", "restores"];
  override state = new Battle({
    phase: "lobby",
    round: 0,
    steps: 0,
    fighters: {},
    log: [],
  } as never) as unknown as BattleState;
  override maxClients = 4;
  deck: string[] = [];
  restores: { readonly gapMs: number; readonly missed: readonly string[] }[] = [];
  created = 0;

  override messages = {
    move: (client: Client, x: number) => {
      this.fighter(client).x = x;
    },
    draw: (client: Client) => {
      const face = this.deck.pop()!;
      const card = new Card({ face } as never) as never;
      this.fighter(client).hand.push(card);
      client.view!.add(card);
      client.send("drew", { face, left: this.deck.length });
    },
    start: (_client: Client, ms: number) => {
      this.state.phase = "fight";
      this.clock.setTimeout("endRound", ms, "time is up");
      void this.setMetadata({ phase: "fight" });
    },
    ask: (client: Client) => {
      client.send("told", { deck: this.deck, restores: this.restores, created: this.created });
    },
    close: () => {
      void this.disconnect();
    },
  };

  override onCreate(options: { readonly deck?: string[] }): void {
    this.created += 1;
    this.deck = options.deck ?? ["c", "b", "a"];
    this.setUp();
  }

  override onRestore({ gapMs, missed }: RestoreInfo): void {
    this.restores.push({ gapMs, missed: missed.map(({ name }) => name) });
    this.setUp();
  }

  setUp(): void {
    this.setPatchRate(20);
    this.setSimulationInterval(() => {
      if (this.state.phase === "fight") this.state.steps += 1;
    }, 20);
  }

  override onJoin(client: Client, options: { readonly name: string }): void {
    const fighter = new Fighter({
      name: options.name,
      x: 0,
      connected: true,
      hand: [],
    } as never) as unknown as FighterState;
    this.state.fighters.set(client.sessionId, fighter);
    client.view = new StateView();
    client.view.add(fighter as never);
    client.userData = { joinedAs: options.name };
  }

  override onDrop(client: Client): void {
    this.fighter(client).connected = false;
    void this.allowReconnection(client, 30);
  }

  override onReconnect(client: Client): void {
    this.fighter(client).connected = true;
    client.send("back", client.userData);
  }

  override onLeave(client: Client): void {
    this.state.fighters.delete(client.sessionId);
  }

  endRound(why: string): void {
    this.state.phase = "over";
    this.state.round += 1;
    this.state.log.push(why);
  }

  private fighter({ sessionId }: Client): FighterState {
    return this.state.fighters.get(sessionId)!;
  }
}
