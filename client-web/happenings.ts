/**
 * What happened to the own player between two Views, for sounds and marks. The View says how things are; this says what
 * changed. Pure. A patch may hold several ticks, so two things of one kind may be one here.
 */
import type { Point } from "../shared/games/arena/map.ts";
import type { Seen, SeenPlayer } from "../shared/games/arena/seen.ts";
import { toRadians } from "./controls.ts";

export type Happening =
  | { readonly kind: "shot"; readonly weapon: "blaster" | "rail"; readonly atTick: number }
  /** Another player lost health by an own shot. */
  | { readonly kind: "hit"; readonly at: Point }
  | { readonly kind: "kill"; readonly victim: string }
  /** `fromRadians`: where the shot came from, as an angle on the screen; undefined when no shot explains it. */
  | { readonly kind: "hurt"; readonly fromRadians: number | undefined }
  | { readonly kind: "death" }
  | { readonly kind: "spawn" }
  | { readonly kind: "pickup" };

type Shot = Seen["projectiles"][string];

/** The own seat, and the shots that came to their end between the two Views. */
interface EndedShots {
  readonly seat: number;
  readonly ended: readonly Shot[];
}

/** A shot that passes so near may have been the one. */
const nearUnits = 40;

export function happenings(before: Seen, now: Seen, seat: number): Happening[] {
  const was = before.players[seat];
  const self = now.players[seat];
  if (!was || !self) return [];
  const ended = endedShots(before, now);
  const landed = hits(before, now, { seat, ended });
  const changes = [...ownShots(before, now, seat), ...landed, ...kills(before, now, self)];
  if (was.alive && !self.alive) return [...changes, { kind: "death" }];
  if (!was.alive && self.alive) return [...changes, { kind: "spawn" }];
  if (self.health < was.health) changes.push({ kind: "hurt", fromRadians: fromWhere(self, { seat, ended }) });
  if (self.health > was.health || (self.rapid && !was.rapid) || (self.double && !was.double))
    changes.push({ kind: "pickup" });
  return changes;
}

function ownShots(before: Seen, now: Seen, seat: number): Happening[] {
  const isNew = (shot: Shot) => shot.seat === seat && shot.bornAtTick > before.tick;
  const blaster = Object.values(now.projectiles).findLast(isNew);
  const rail = Object.values(now.beams).findLast(isNew);
  return [
    ...(blaster ? [{ kind: "shot", weapon: "blaster", atTick: blaster.bornAtTick } as const] : []),
    ...(rail ? [{ kind: "shot", weapon: "rail", atTick: rail.bornAtTick } as const] : []),
  ];
}

function hits(before: Seen, now: Seen, { seat, ended }: EndedShots): Happening[] {
  const mine = ended.filter((shot) => shot.seat === seat);
  return Object.entries(before.players).flatMap(([key, was]): Happening[] => {
    const other = now.players[key];
    if (Number(key) === seat || !other || other.health >= was.health) return [];
    return mine.some((shot) => passes(shot, other)) ? [{ kind: "hit", at: { x: other.x, y: other.y } }] : [];
  });
}

function kills(before: Seen, now: Seen, { name }: SeenPlayer): Happening[] {
  const known = before.feed.at(-1)?.id ?? 0;
  const own = now.feed.filter(({ id, killer }) => id > known && killer === name);
  return own.map(({ victim }) => ({ kind: "kill", victim }));
}

function fromWhere(self: SeenPlayer, { seat, ended }: EndedShots): number | undefined {
  const shot = ended.find((each) => each.seat !== seat && passes(each, self));
  return shot && toRadians(shot.aim) + Math.PI;
}

/** Blaster shots that are gone, and rail shots that were fired. */
function endedShots(before: Seen, now: Seen): Shot[] {
  const gone = Object.entries(before.projectiles).filter(([id]) => !(id in now.projectiles));
  const fired = Object.values(now.beams).filter(({ bornAtTick }) => bornAtTick > before.tick);
  return [...gone.map(([, shot]) => shot), ...fired];
}

/** Whether the line of the shot passes near the place, ahead of the gun. */
function passes(shot: Shot, { x, y }: Point): boolean {
  const radians = toRadians(shot.aim);
  const [dx, dy] = [x - shot.x, y - shot.y];
  const ahead = dx * Math.cos(radians) + dy * Math.sin(radians);
  const aside = Math.abs(dy * Math.cos(radians) - dx * Math.sin(radians));
  return ahead > 0 && aside < nearUnits;
}
