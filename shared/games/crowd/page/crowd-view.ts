/** What the page holds of a match: the View of `../game.ts` as a client decodes it. */
import type { MatchConnection } from "../../../../doors/client.ts";

export interface SeenThing {
  readonly x: number;
  readonly y: number;
  /** False: it is a gem. */
  readonly hasName: boolean;
  readonly name: string;
  readonly gems: number;
  readonly look: "running" | "dashing" | "bumped" | "waving" | "away";
}

export interface CrowdView {
  readonly tick: number;
  readonly endsAt: number;
  readonly hasEndsAt: boolean;
  readonly players: number;
  readonly best: Iterable<{ readonly seat: number; readonly name: string; readonly gems: number }>;
  readonly crown: { readonly x: number; readonly y: number };
  readonly inSight: ReadonlyMap<string, SeenThing>;
}

export interface CrowdInput {
  seq: number;
  moveX: number;
  moveY: number;
  dash: number;
}

export type CrowdMatch = MatchConnection<CrowdInput, CrowdView>;
