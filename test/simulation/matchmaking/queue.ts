/** What a day asks of a way to make matches, so that all of them meet the same people at the same times. */
import type { Arrival, Player, Region } from "./population.ts";

export interface Seated {
  readonly player: Player;
  readonly arrival: Arrival;
}

export interface MadeMatch {
  readonly region: Region;
  readonly sides: readonly (readonly Seated[])[];
}

export interface Format {
  readonly name: string;
  readonly teams: number;
  readonly teamSize: number;
  /** Larger parties come as smaller ones. */
  readonly partySizeMax: number;
}

/** Who meets: players of one region, of the world, or, with ours alone, of more regions the longer they wait. */
export type Reach = "by region" | "worldwide" | "widening";

export interface Queue {
  arrive(arrival: Arrival): void;
  /** Called once a second. */
  round(nowMs: number): MadeMatch[];
}

export const seatedOf = (arrival: Arrival): Seated[] =>
  arrival.players.map((player) => ({ player, arrival }));
