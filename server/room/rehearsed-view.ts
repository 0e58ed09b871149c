/** The View of a game for nobody: written and encoded as a room does it, and sent nowhere (match/rehearsal.ts). */
import { Encoder } from "@colyseus/schema";
import type { AnyGame } from "../../shared/game/game.ts";

/** @returns shows it a World. Both throw what the View throws */
export function rehearsedView({ view }: AnyGame): (world: object) => void {
  const state = view.create();
  const encoder = new Encoder(state);
  return (world) => {
    view.write(state, world);
    encoder.encode();
    encoder.discardChanges();
    encoder.encodeAll();
  };
}
