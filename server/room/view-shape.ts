/**
 * What a client learns of a View when it connects, as a text to compare: the fields and types of the schema. A View of
 * the same shape may take the place of another while clients are connected; of another shape it may not.
 */
import { Encoder, Reflection } from "@colyseus/schema";
import type { AnyGame } from "../../shared/game/game.ts";
import { putPlaceholders } from "./per-client.ts";

export function viewShape({ view }: AnyGame): string {
  const state = view.create();
  putPlaceholders(state, view);
  const fields = Buffer.from(Reflection.encode(new Encoder(state))).toString("base64");
  return [fields, view.own?.field ?? "", view.sight?.field ?? ""].join(" ");
}
