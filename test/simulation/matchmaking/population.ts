/**
 * Who comes to play in a day, drawn from a seed: when, from where, with whom, how good they are, and how good
 * their rating says they are. Everything that is assumed about people stands in this file.
 */
import type { Rating } from "../../../server/ratings/rating.ts";
import { bell } from "../bell.ts";
import { Chance } from "../chance.ts";

export interface Player {
  /** In units of mu. Nobody knows it; the rating is an estimate of it. */
  readonly skill: number;
  readonly rating: Rating;
}

/** A party, or one alone. */
export interface Arrival {
  readonly id: string;
  readonly atMs: number;
  readonly players: readonly Player[];
  readonly latencyMs: Readonly<Record<Region, number>>;
  /** The region with the shortest round trip. */
  readonly home: Region;
}

export type Region = "eu" | "us" | "asia";
export const regions: readonly Region[] = ["eu", "us", "asia"];

/** Share of the arrivals, and the hour (UTC) of its evening, when four times as many come as in its morning. */
const homes: Readonly<Record<Region, { share: number; busiestHour: number }>> = {
  eu: { share: 0.5, busiestHour: 19 },
  us: { share: 0.35, busiestHour: 2 },
  asia: { share: 0.15, busiestHour: 12 },
};
const quietest = 0.4;
const busiest = 1.6;

/** Between regions, without the way from the player to the nearest. */
const betweenMs: Readonly<Record<Region, Readonly<Record<Region, number>>>> = {
  eu: { eu: 0, us: 90, asia: 190 },
  us: { eu: 90, us: 0, asia: 140 },
  asia: { eu: 190, us: 140, asia: 0 },
};

/** How many of a hundred come alone, or in a party of at most 2, 3, 4. */
const partiesUpTo = [62, 82, 90, 100];

const skillMean = 25;
const skillSpread = 6;
/** Friends are alike: how far each is from the party's own mean. */
const partySpread = 3;
/** That of a new player. */
const sigmaStart = 25 / 3;

export interface PopulationSettings {
  readonly seed: number;
  readonly hours: number;
  readonly ticketsPerDay: number;
  readonly partySizeMax: number;
}

export function arrivalsOf({ seed, hours, ticketsPerDay, partySizeMax }: PopulationSettings): Arrival[] {
  const chance = new Chance(seed);
  const arrivals: Arrival[] = [];
  for (let second = 0; second < hours * 3600; second++)
    for (const home of regions) {
      const perSecond = (ticketsPerDay / 86_400) * homes[home].share * bustle(home, second / 3600);
      if (!chance.happens(perSecond * 100)) continue;
      const atMs = second * 1000 + chance.below(1000);
      arrivals.push(arrivalOf(chance, `t${arrivals.length}`, { atMs, home, partySizeMax }));
    }
  return arrivals.sort((a, b) => a.atMs - b.atMs);
}

/** How busy the hour is; 1 on average over a day. */
function bustle(home: Region, hour: number): number {
  const angle = ((hour - homes[home].busiestHour) / 24) * 2 * Math.PI;
  return (busiest + quietest) / 2 + ((busiest - quietest) / 2) * Math.cos(angle);
}

function arrivalOf(
  chance: Chance,
  id: string,
  { atMs, home, partySizeMax }: { atMs: number; home: Region; partySizeMax: number },
): Arrival {
  const size = Math.min(partySizeMax, partySizeOf(chance));
  const mean = skillMean + skillSpread * bell(chance);
  const ownSpread = size > 1 ? partySpread : 0;
  const players = Array.from({ length: size }, () => playerOf(chance, mean + ownSpread * bell(chance)));
  const lineMs = 8 + chance.below(25) + (chance.happens(15) ? chance.below(60) : 0);
  const latencyMs = { eu: 0, us: 0, asia: 0 };
  for (const region of regions) latencyMs[region] = lineMs + betweenMs[home][region] + chance.below(12);
  return { id, atMs, players, latencyMs, home };
}

function partySizeOf(chance: Chance): number {
  const drawn = chance.below(100);
  return 1 + partiesUpTo.findIndex((share) => drawn < share);
}

/**
 * The rating is what an honest estimate would be: between the mean of all and the skill, the nearer to the
 * skill the more was seen of the player, and as far off as its sigma says.
 */
function playerOf(chance: Chance, skill: number): Player {
  const sigma = chance.happens(12) ? 6 + chance.below(200) / 100 : 1.8 + chance.below(250) / 100;
  const unknown = (sigma / sigmaStart) ** 2;
  const noise = sigma * Math.sqrt(1 - unknown) * bell(chance);
  return { skill, rating: { mu: skillMean * unknown + skill * (1 - unknown) + noise, sigma } };
}
