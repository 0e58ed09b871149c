/**
 * The Colyseus schema of the arena's View, which clients decode. Numbers on the 1/16 grid cross the wire in 16 bits
 * without loss. seen.ts decides what may be in it, view.ts how it follows a World.
 */
import { type SchemaType, schema, t } from "@colyseus/schema";
import type { Ending, Phase, Weapon } from "./world.ts";

// 4096 / 2^16 = 1/16: with "wrap" a step is range / 65536, a power of two, so nothing is rounded away.
const coordinate = () => t.quantized({ min: 0, max: 4096, bits: 16, mode: "wrap" });
const velocity = () => t.quantized({ min: -2048, max: 2048, bits: 16, mode: "wrap" });

export const PlayerView = schema(
  {
    name: t.string(),
    connected: t.boolean(),
    ready: t.boolean(),
    alive: t.boolean(),
    x: coordinate(),
    y: coordinate(),
    vx: velocity(),
    vy: velocity(),
    aim: t.uint8(),
    health: t.uint8(),
    weapon: t.string<Weapon>(),
    rapid: t.boolean(),
    double: t.boolean(),
    score: t.uint16(),
    deaths: t.uint16(),
    place: t.uint8(),
  },
  "ArenaPlayer",
);
export type PlayerView = SchemaType<typeof PlayerView>;

export const ProjectileView = schema(
  { seat: t.uint8(), x: coordinate(), y: coordinate(), aim: t.uint16(), bornAtTick: t.uint32() },
  "ArenaProjectile",
);
export type ProjectileView = SchemaType<typeof ProjectileView>;

export const BeamView = schema(
  {
    seat: t.uint8(),
    x: coordinate(),
    y: coordinate(),
    aim: t.uint16(),
    bornAtTick: t.uint32(),
    length: t.uint16(),
  },
  "ArenaBeam",
);
export type BeamView = SchemaType<typeof BeamView>;

/** A slot of the kill feed; empty while `id` is 0. */
export const FeedSlot = schema(
  {
    id: t.uint32().default(0),
    killer: t.string().default(""),
    victim: t.string().default(""),
    weapon: t.string<Weapon>().default("blaster"),
  },
  "ArenaFeedSlot",
);
export type FeedSlot = SchemaType<typeof FeedSlot>;

/** A slot of the chat; empty while `id` is 0. */
export const ChatSlot = schema(
  { id: t.uint32().default(0), name: t.string().default(""), text: t.string().default("") },
  "ArenaChatSlot",
);
export type ChatSlot = SchemaType<typeof ChatSlot>;

export const ArenaView = schema(
  {
    tick: t.uint32().default(0),
    phase: t.string<Phase>().default("waiting"),
    ending: t.string<Ending>().default(""),
    secondsLeft: t.uint16().default(0),
    pickups: t.uint16().default(0),
    players: t.map(PlayerView),
    projectiles: t.map(ProjectileView),
    beams: t.map(BeamView),
    feed: t.array(FeedSlot),
    chat: t.array(ChatSlot),
    // Unset when each player is a side of their own. A client of a match that was moved from version 1 keeps its
    // old decoder, which knows neither field; such a match has no sides.
    teamSize: t.uint8().optional(),
    sideScores: t.array("uint16").optional(),
  },
  "ArenaView",
);
export type ArenaView = SchemaType<typeof ArenaView>;
