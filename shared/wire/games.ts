/**
 * What the API says about the games of a server: all that a program needs that has never heard of a game, to make a
 * match of it, send inputs and give commands. Schemas are JSON Schema, as the game's own schemas describe themselves.
 */
import { z } from "zod";

/** null: a schema that cannot describe itself. */
const jsonSchema = z.record(z.string(), z.unknown()).readonly().nullable();

export const gameInfo = z
  .object({
    name: z.string(),
    version: z.int(),
    /** Absent: it steps `tickRate` times a second. "events": when something arrives, at most as often. */
    rate: z.literal("events").optional(),
    tickRate: z.int(),
    seats: z.object({ min: z.int(), max: z.int() }).readonly(),
    /** For a new match. */
    options: jsonSchema,
    /** Whole numbers in these ranges, `seq` left out; empty: the game takes no inputs. */
    input: z.record(z.string(), z.object({ min: z.int(), max: z.int() }).readonly()).readonly(),
    /** The payload of each command. */
    commands: z.record(z.string(), jsonSchema).readonly(),
    /** The field of the state that has what only this client sees; absent: there is none. */
    own: z.string().optional(),
    /** The field of the state that has a map of what is in sight. */
    sight: z.string().optional(),
  })
  .readonly()
  .meta({ id: "Game" });

export type GameInfo = z.infer<typeof gameInfo>;

export const gameList = z.object({ games: z.array(gameInfo).readonly() }).readonly();
