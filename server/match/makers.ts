/**
 * Who made the matches of this process that nobody is in: so many for one user and for one address, and no more, so
 * that the matches of a server are not all somebody's who comes to none of them. It counts, it ends nothing: a match
 * that stays empty ends by its own rule (ending.ts).
 */
import type { MatchState } from "./state.ts";

export interface Maker {
  readonly userId: string;
  /** An address as limits count it; undefined: nobody knows. */
  readonly address?: string;
}

export interface MakerLimits {
  /** 0: no limit. */
  readonly emptyPerUserMax: number;
  readonly emptyPerAddressMax: number;
}

interface Made {
  readonly maker: Maker | undefined;
  readonly state: Pick<MatchState, "seats">;
}

/** Why `maker` may not make another one now; undefined when they may. */
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
