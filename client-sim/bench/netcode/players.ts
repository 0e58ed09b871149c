/**
 * Who plays in `bench -- netcode`, in one match: a runner without a line, who knows where they were; and behind lines of one
 * kind each a player with our client and one with the Colyseus SDK and its `Predict`, used as its documentation says. Both
 * draw the runner, both send inputs at the game's rate.
 */
import { Client, Predict, type Room } from "@colyseus/sdk";
import { reserveSeat } from "../../../shared/client/api.ts";
import { joinMatch, type MatchConnection } from "../../../shared/client/follow-match.ts";
import { ServerTime, Track } from "../../../shared/client/interpolate.ts";
import { beginSession } from "../../../shared/client/sessions.ts";
import { steadyInputs } from "../../../shared/client/steady-inputs.ts";
import { Chance } from "../../../shared/game/deterministic/chance.ts";
import type { ArenaInput } from "../../../shared/games/arena/input.ts";
import { readView } from "../../../shared/games/arena/view-reading.ts";
import type { ArenaView } from "../../../shared/games/arena/view-schema.ts";
import { type Pong, readPong } from "../../../shared/wire/pong.ts";
import { endlessArena } from "../bench-game.ts";
import type { SeenAt } from "./runner-seen.ts";

const tickRate = 30;
const tickMs = 1000 / tickRate;
const pingEveryMs = 500;
const jumpDistance = 120;
const jumpMs = 250;
const standing = { moveX: 0, moveY: 0, aim: 0, buttons: 0, seen: 0 };
/** The runner keeps a direction for so many inputs. */
const turnInputs = { least: 12, more: 24 };

/** Somebody who draws the runner. */
export interface Watcher {
  readonly frames: SeenAt[];
  readonly pongs: Pong[];
  /** One frame of their screen. */
  draw(nowMs: number): void;
  leave(): Promise<unknown>;
}

export class RunningPlayer {
  readonly truth: SeenAt[] = [];
  readonly match: MatchConnection<ArenaInput, ArenaView>;
  readonly #chance = new Chance({ random: 7 });
  #left = 0;
  #move = { moveX: 0, moveY: 0 };
  readonly #time = new ServerTime({ jumpMs });

  constructor(match: MatchConnection<ArenaInput, ArenaView>) {
    this.match = match;
    match.onPatch(() => this.#patched());
    steadyInputs(match, () => match.sendInput({ ...standing, ...this.#next() }));
  }

  /** In a match of its own. */
  static async join(url: string): Promise<RunningPlayer> {
    const client = new Client(url);
    client.auth.token = (await beginSession({ url }, "Maker")).token;
    const maker = await client.create("arena", { options: endlessArena });
    maker.onMessage("*", () => undefined);
    const runner = new RunningPlayer(await joinMatch({ url, game: "arena", matchId: maker.roomId }));
    await maker.leave();
    return runner;
  }

  get seat(): number {
    return this.match.welcome.seat as number;
  }

  #next(): { readonly moveX: number; readonly moveY: number } {
    this.#left -= 1;
    if (this.#left > 0) return this.#move;
    this.#left = turnInputs.least + this.#chance.below(turnInputs.more);
    const radians = (this.#chance.below(8) * Math.PI) / 4;
    this.#move = { moveX: Math.round(127 * Math.cos(radians)), moveY: Math.round(127 * Math.sin(radians)) };
    return this.#move;
  }

  #patched(): void {
    const { tick, players } = readView(this.match.view);
    const self = players[this.seat];
    if (self === undefined) return;
    const nowMs = performance.now();
    this.#time.heard(tick * tickMs, nowMs);
    // When it would have come if none of the last patches had been faster.
    const ageMs = this.#time.present(nowMs)! - tick * tickMs;
    this.truth.push({ atMs: nowMs - ageMs, x: self.x, y: self.y });
  }
}

/** With what every page of ours uses. */
export async function joinOurs(url: string, runner: RunningPlayer): Promise<Watcher> {
  const { matchId } = runner.match;
  const match = await joinMatch<ArenaInput, ArenaView>({ url, game: "arena", matchId });
  const time = new ServerTime({ jumpMs });
  const track = new Track(jumpDistance);
  const [frames, pongs]: [SeenAt[], Pong[]] = [[], []];
  match.onPatch((view) => {
    const { tick, players } = readView(view);
    time.heard(tick * tickMs, performance.now());
    const player = players[runner.seat];
    if (player !== undefined) track.add(tick * tickMs, { x: player.x, y: player.y, angle: 0 });
  });
  match.line.follow((pong) => pongs.push(pong));
  steadyInputs(match, () => match.sendInput(standing));
  return {
    frames,
    pongs,
    draw(nowMs) {
      const serverMs = time.drawn(nowMs);
      const shown = serverMs === undefined ? undefined : track.shown(serverMs, nowMs);
      if (shown) frames.push({ atMs: nowMs, x: shown.x, y: shown.y });
    },
    leave: () => match.leave(),
  };
}

interface SdkState {
  readonly players: Map<string, { x: number; y: number }>;
}

/** The SDK alone, with the delay that `Predict` has by itself. */
export async function joinSdk(url: string, runner: RunningPlayer): Promise<Watcher> {
  const { token } = await beginSession({ url }, "SDK");
  const { reservation } = await reserveSeat({ url, token }, { game: "arena", matchId: runner.match.matchId });
  const room: Room<unknown, SdkState> = await new Client(url).consumeSeatReservation(reservation as never);
  room.onMessage("*", () => undefined);
  const [frames, pongs]: [SeenAt[], Pong[]] = [[], []];
  const { events } = room.connection;
  const receive = events.onmessage;
  events.onmessage = (event: MessageEvent<ArrayBuffer>) => {
    const pong = readPong(event.data);
    if (pong !== undefined) pongs.push(pong);
    receive?.(event);
  };
  const predict = Predict.get(room as never, { mode: "lerp" });
  predict.attachAll("players" as never, { fields: ["x", "y"], snap: jumpDistance } as never);
  const input = room.input<ArenaInput>();
  let seq = 0;
  const timers = [
    setInterval(() => {
      seq += 1;
      Object.assign(input.data as object, standing, { seq });
      input.send();
    }, tickMs),
    setInterval(() => room.ping(() => undefined), pingEveryMs),
  ];
  return {
    frames,
    pongs,
    draw(nowMs) {
      predict.tick(nowMs);
      const player = room.state.players?.get(String(runner.seat));
      if (player === undefined) return;
      const value = (field: "x" | "y") => predict.value(player as never, field as never);
      frames.push({ atMs: nowMs, x: value("x"), y: value("y") });
    },
    leave() {
      for (const timer of timers) clearInterval(timer);
      return room.leave();
    },
  };
}
