/**
 * Limits how many empty matches a user or an address may have created in this process, so that nobody fills a server
 * with matches that they never join. It counts and ends nothing: a match that stays empty ends by its own rule
 * (ending.ts).
 */
import type { MatchState } from "./state.ts";

export interface Maker {
  readonly userId: string;
  /** An address in the form that limits count; undefined when unknown. */
  readonly address?: string;
}

export interface MakerLimits {
  /** 0 means no limit. */
  readonly emptyPerUserMax: number;
  readonly emptyPerAddressMax: number;
}

interface Made {
  readonly maker: Maker | undefined;
  readonly state: Pick<MatchState, "seats">;
}

/** Why `maker` may not create another match now; undefined when they may. */
export function tooManyOf(maker: Maker, made: Iterable<Made>, limits: MakerLimits): string | undefined {
  let byUser = 0;
  let byAddress = 0;
  for (const { maker: other, state } of made) {
    if (other === undefined || state.seats.some(({ seat }) => seat !== "spectator")) continue;
    if (other.userId === maker.userId) byUser += 1;
    if (maker.address !== undefined && other.address === maker.address) byAddress += 1;
  }
  const { emptyPerUserMax, emptyPerAddressMax } = limits;
  if (emptyPerUserMax > 0 && byUser >= emptyPerUserMax)
    return `${byUser} matches that you made have nobody in them`;
  if (emptyPerAddressMax > 0 && byAddress >= emptyPerAddressMax)
    return `${byAddress} matches that were made from your address have nobody in them`;
  return undefined;
}
