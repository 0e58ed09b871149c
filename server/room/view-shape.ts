/**
 * What a client learns of a View when it connects, as a text to compare: the fields and types of the schema. A View of
 * the same shape may take the place of another while clients are connected; of another shape it may not.
 */
import { Encoder, Reflection, type Schema } from "@colyseus/schema";
import type { AnyGame } from "../../shared/game/game.ts";
import { putPlaceholders } from "./per-client.ts";

export function viewShape({ view }: AnyGame): string {
  const state = view.create();
  putPlaceholders(state, view);
  const thing = view.sight === undefined ? "" : fieldsOf(view.sight.create());
  return [fieldsOf(state), view.own?.field ?? "", view.sight?.field ?? "", thing].join(" ");
}

const fieldsOf = (root: Schema) => Buffer.from(Reflection.encode(new Encoder(root))).toString("base64");
