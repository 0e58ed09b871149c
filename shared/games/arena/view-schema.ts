/**
 * Declares the fields of the arena's View: what clients decode, and in which form. Numbers on the 1/16 grid cross the
 * wire in 16 bits without loss. seen.ts decides what may be in it.
 */
import { ArraySchema, t } from "@colyseus/schema";
import { handWritten, lines, map } from "../../game/view/composed.ts";
import type { StateOf } from "../../game/view/kind.ts";
import { bool, grid, oneOf, text, u8, u16, u32 } from "../../game/view/scalars.ts";
import { linesMax } from "./world.ts";

/** In units. */
const coordinate = grid(1 / 16);
/** In units per second. */
const velocity = grid(1 / 16, { min: -2048 });
const weapon = oneOf("blaster", "rail");

const player = {
  name: text,
  connected: bool,
  ready: bool,
  alive: bool,
  /** For the dead, where they died. */
  x: coordinate,
  y: coordinate,
  vx: velocity,
  vy: velocity,
  /** 256 to a turn. */
  aim: u8,
  health: u8,
  weapon,
  /** Fires twice as fast. */
  rapid: bool,
  /** Does twice the damage. */
  double: bool,
  score: u16,
  deaths: u16,
  /** Place of their side: 0 until the match is over; 1 is the winner. */
  place: u8,
};

/** It never changes; `projectileAt` says where it is. */
const projectile = {
  seat: u8,
  x: coordinate,
  y: coordinate,
  /** 65536 to a turn. */
  aim: u16,
  bornAtTick: u32,
};

export const arenaFields = {
  tick: u32,
  phase: oneOf("waiting", "playing", "over"),
  /** Empty until the match is over. */
  ending: oneOf("", "clock", "score", "abandoned"),
  secondsLeft: u16,
  /** Bit n is set when place n of the map has its pickup. */
  pickups: u16,
  players: map(player, { by: "seat" }),
  projectiles: map(projectile, { by: "id", constant: true }),
  beams: map({ ...projectile, length: u16 }, { by: "seat" }),
  feed: lines(linesMax, { id: u32, killer: text, victim: text, weapon }),
  chat: lines(linesMax, { id: u32, name: text, text }),
  // The next two are unset when each player is a side of their own. A client of a match that was moved from version 1
  // keeps its old decoder, which knows neither field; such a match has no sides.
  /** The side of a seat is floor(seat / teamSize). It never changes. */
  teamSize: handWritten<number, number, number | undefined>({
    type: () => t.uint8().optional(),
    write: (slot, seen) => {
      if (seen > 1) slot.value = seen;
    },
    read: (value) => value ?? 1,
    of: (seen) => seen,
  }),
  /** By side. Empty when each player is a side of their own; the player's score is then the side's. */
  sideScores: handWritten<readonly number[], number[], ArraySchema<number> | undefined>({
    type: () => t.array("uint16").optional(),
    // The list is made once, with the first write, before any client has the View.
    write: (slot, seen) => {
      if (seen.length === 0) return;
      slot.value ??= new ArraySchema();
      for (const [side, score] of seen.entries()) {
        if (slot.value[side] !== score) slot.value[side] = score;
      }
    },
    read: (value) => [...(value ?? [])],
    of: (seen) => [...seen],
  }),
  /** Bit n is set while nothing hurts the player of seat n. Unset in a match of an earlier version: see above. */
  safe: handWritten<number | undefined, number, number | undefined>({
    type: () => t.uint16().optional(),
    write: (slot, seen) => {
      if (seen !== undefined && slot.value !== seen) slot.value = seen;
    },
    read: (value) => value ?? 0,
    of: (seen) => seen ?? 0,
  }),
};

/** What a client on the Colyseus SDK holds. */
export type ArenaView = StateOf<typeof arenaFields>;
export type PlayerView = StateOf<typeof player>;
