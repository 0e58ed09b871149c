/**
 * Where every player is drawn in this frame: the own one predicted, the others interpolated. It applies
 * shared/client's prediction and interpolation to the View; it draws nothing itself.
 */
import { ServerTime, Track } from "../shared/client/interpolate.ts";
import { OwnMotion } from "../shared/client/predict.ts";
import type { ArenaInput } from "../shared/games/arena/input.ts";
import { type MovingBody, movePlayer, stepsPerSecond } from "../shared/games/arena/movement.ts";
import { momentSaid } from "../shared/games/arena/rules/rewind.ts";
import type { Seen, SeenPlayer } from "../shared/games/arena/seen.ts";
import { toRadians } from "./controls.ts";

const stepMs = 1000 / stepsPerSecond;
/** Several times the distance that a player can run between two patches: only a respawn is further. */
const jumpDistance = 120;
const viewAimUnit = 256;
/** While the server is silent, shots fly on for this long and then hang in the air. */
const aheadTicksMax = 6;

export interface DrawnPlayer extends SeenPlayer {
  readonly seat: number;
  readonly isSelf: boolean;
  /** Direction of the gun, in radians. */
  readonly angle: number;
  /** Nothing hurts them at present. */
  readonly isSafe: boolean;
}

export class MovingPlayers {
  /** How often the prediction was wrong, and by how much at most; shown by the probe. */
  corrections = 0;
  readonly #selfSeat: number | undefined;
  readonly #time = new ServerTime({ jumpMs: 250 });
  readonly #tracks = new Map<number, Track>();
  #own = newMotion();
  #ownAngle = 0;
  #seen: Seen | undefined;

  /** @param selfSeat undefined for a spectator */
  constructor(selfSeat: number | undefined) {
    this.#selfSeat = selfSeat;
  }

  /** A patch arrived; `acknowledged` is the last own input that it contains. */
  heard(seen: Seen, acknowledged: number, nowMs: number): void {
    this.#seen = seen;
    this.#time.heard(seen.tick * stepMs, nowMs);
    for (const [key, player] of Object.entries(seen.players)) {
      if (Number(key) === this.#selfSeat) this.#correct(player, acknowledged, nowMs);
      else this.#track(Number(key)).add(seen.tick * stepMs, { ...player, angle: viewAngle(player) });
    }
    for (const seat of this.#tracks.keys()) if (!(seat in seen.players)) this.#tracks.delete(seat);
  }

  /** An own input was sent. */
  step(sent: number, input: Omit<ArenaInput, "seq">, nowMs: number): void {
    this.#ownAngle = toRadians(input.aim);
    const self = this.self;
    // Nobody moves while dead, or while the match is not being played; the server decides both.
    if (self?.alive && this.#seen?.phase === "playing") this.#own.step(sent, input as ArenaInput, nowMs);
  }

  /** A new connection: input numbers start again. */
  restart(): void {
    this.#own.restart();
  }

  get self(): SeenPlayer | undefined {
    return this.#selfSeat === undefined ? undefined : this.#seen?.players[this.#selfSeat];
  }

  drawn(nowMs: number): DrawnPlayer[] {
    const seen = this.#seen;
    const serverMs = this.#time.drawn(nowMs);
    if (!seen || serverMs === undefined) return [];
    return Object.entries(seen.players).map(([key, player]) => {
      const seat = Number(key);
      const isSelf = seat === this.#selfSeat;
      const isSafe = (seen.safe & (1 << seat)) !== 0;
      if (isSelf)
        return { ...player, ...this.#own.shown(nowMs, stepMs), seat, isSelf, isSafe, angle: this.#ownAngle };
      return { ...player, isSafe, angle: 0, ...this.#tracks.get(seat)?.shown(serverMs, nowMs), seat, isSelf };
    });
  }

  /** What an input says of the moment that is on the screen. */
  momentShown(nowMs: number): number {
    const serverMs = this.#time.drawn(nowMs);
    return serverMs === undefined ? 0 : momentSaid(serverMs / stepMs);
  }

  /** The server's current tick with its fraction. Shots are drawn at this time, since their path is known. */
  tick(nowMs: number): number {
    const newest = this.#seen?.tick ?? 0;
    return Math.min((this.#time.present(nowMs) ?? 0) / stepMs, newest + aheadTicksMax);
  }

  #correct(player: SeenPlayer, acknowledged: number, nowMs: number): void {
    const { x, y, vx, vy } = player;
    const error = this.#own.reconcile({ x, y, vx, vy }, acknowledged, nowMs);
    if (error > 0 && Number.isFinite(error)) this.corrections += 1;
  }

  #track(seat: number): Track {
    const known = this.#tracks.get(seat);
    if (known) return known;
    const track = new Track(jumpDistance);
    this.#tracks.set(seat, track);
    return track;
  }
}

function newMotion(): OwnMotion<MovingBody, ArenaInput> {
  return new OwnMotion({ move: (body, input) => movePlayer(body, input), tolerance: 0, jumpDistance });
}

function viewAngle(player: SeenPlayer): number {
  return (player.aim / viewAimUnit) * 2 * Math.PI;
}
