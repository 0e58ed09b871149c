/** A hunt in the fog: everybody sees the treasures near them, and what they have picked up themselves. */
import type { Client } from "@colyseus/core";
import { type MapSchema, type Schema, StateView, schema, t } from "@colyseus/schema";
import { type Base, durableBase } from "./base.ts";

const Treasure = schema({ at: t.int32(), worth: t.uint16() }, "PortedTreasure");
const Hunter = schema({ at: t.int32(), found: t.array(Treasure).view() }, "PortedHunter");
const Island = schema({ hunters: t.map(Hunter), treasures: t.map(Treasure).view() }, "PortedIsland");

interface TreasureState extends Schema {
  at: number;
  worth: number;
}
export interface HunterState extends Schema {
  at: number;
  found: TreasureState[];
}
export interface IslandState extends Schema {
  hunters: MapSchema<HunterState>;
  treasures: MapSchema<TreasureState>;
}

const sightIs = 10;

export function treasureHunt(Parent: Base<IslandState>) {
  return class extends Parent {
    override state = new Island({ hunters: {}, treasures: {} } as never) as unknown as IslandState;

    override onCreate({ treasures = [] }: { readonly treasures?: readonly number[] }): void {
      this.setPatchRate(10);
      for (const [number, at] of treasures.entries()) {
        const treasure = new Treasure({ at, worth: at + 1 } as never) as unknown as TreasureState;
        this.state.treasures.set(`t${number}`, treasure);
      }
      this.onMessage("go", (client, at: number) => {
        this.hunter(client).at = at;
        this.look(client);
      });
      this.onMessage("dig", (client) => this.dig(client));
      this.onMessage("close eyes", (client) => {
        client.view = undefined as never;
        client.send("closed");
      });
    }

    override onJoin(client: Client): void {
      const hunter = new Hunter({ at: 0, found: [] } as never) as unknown as HunterState;
      this.state.hunters.set(client.sessionId, hunter);
      client.view = new StateView();
      client.view.add(hunter as never);
      this.look(client);
    }

    override onLeave({ sessionId }: Client): void {
      this.state.hunters.delete(sessionId);
    }

    hunter({ sessionId }: Client): HunterState {
      return this.state.hunters.get(sessionId)!;
    }

    look(client: Client): void {
      const { at } = this.hunter(client);
      for (const treasure of this.state.treasures.values())
        if (Math.abs(treasure.at - at) <= sightIs) client.view!.add(treasure as never);
        else client.view!.remove(treasure as never);
    }

    /** What is found moves from the island to its finder. */
    dig(client: Client): void {
      const { at, found } = this.hunter(client);
      for (const [key, treasure] of this.state.treasures)
        if (treasure.at === at) {
          this.state.treasures.delete(key);
          found.push(treasure);
          client.view!.add(treasure as never);
        }
    }
  };
}

/** Nothing else is to be changed. */
export class DurableTreasureHunt extends treasureHunt(durableBase<IslandState>()) {}
