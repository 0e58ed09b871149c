/**
 * The commands of a player and the options of a match, each with its schema. The record and the rules get a
 * schema's output.
 */
import { z } from "zod";
import { visibleText } from "../../game/deterministic/visible-text.ts";
import { type ArenaOptions, seatsMax, type Weapon } from "./world.ts";

export const chatLengthMax = 120;

export type ArenaCommand =
  | { readonly name: "ready"; readonly payload: Record<string, never> }
  | { readonly name: "chat"; readonly payload: { readonly text: string } }
  | { readonly name: "choose-weapon"; readonly payload: { readonly weapon: Weapon } };

export const arenaCommands = {
  ready: z.strictObject({}),
  chat: z.strictObject({
    // Cleaned before it is measured: invisible characters do not count and are not a line by themselves.
    text: z
      .string()
      .max(1000)
      .transform((text) => visibleText(text, 1000))
      .pipe(z.string().min(1).max(chatLengthMax)),
  }),
  "choose-weapon": z.strictObject({ weapon: z.enum(["blaster", "rail"]) }),
};

export const arenaOptions = z
  .strictObject({
    durationSeconds: z.int().min(10).max(3600).default(300),
    scoreLimit: z.int().min(1).max(1000).default(30),
    // This leaves at least two sides: with one there is nobody to fight.
    teamSize: z
      .int()
      .min(1)
      .max(seatsMax / 2)
      .default(1),
    bots: z
      .array(
        z
          .int()
          .min(0)
          .max(seatsMax - 1),
      )
      .refine((seats) => new Set(seats).size === seats.length, "a seat is in it twice")
      .default([]),
  })
  .prefault({}) satisfies z.ZodType<ArenaOptions, unknown>;
