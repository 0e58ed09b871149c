/** The project of docs/from-colyseus.md: a room and a configuration as a user of Colyseus has them. */
import { defineRoom, defineServer, LobbyRoom, Room } from "@colyseus/core";
import { type SchemaType, schema, t } from "@colyseus/schema";
import type { Express } from "express";

const BattleState = schema({ turn: t.uint16().default(0) }, "BattleState");
type BattleState = SchemaType<typeof BattleState>;

export class BattleRoom extends Room<{ state: BattleState }> {
  override state = new BattleState();
  override onCreate(): void {
    this.onMessage("move", () => {
      this.state.turn += 1;
      return this.state.turn;
    });
  }
}

export default defineServer({
  rooms: {
    battle: defineRoom(BattleRoom),
    lobby: defineRoom(LobbyRoom),
  },
  express: (app) => {
    (app as Express).get("/hello", (_request, response) => void response.send("hello"));
  },
});
