/**
 * Writes down what one bot sees and does: every View it decoded, every command with its answer, every seat
 * it held, and how long each kill kept it from playing. It judges nothing.
 */
import type { ConnectionState } from "../../shared/client/follow-match.ts";
import { hashPlain } from "../../shared/deterministic/hash.ts";
import type { CommandAnswer } from "../../shared/game.ts";
import type { ArenaView } from "../../shared/games/arena/view.ts";
import { readView } from "../../shared/games/arena/view-reading.ts";
import type { Observer } from "../bot.ts";
import type { Connection } from "../connection.ts";
import type { Epochs } from "./epochs.ts";
import type { SeenConnection, Stay } from "./stay.ts";

/** A kill that this bot has not yet seen the end of. */
interface Outage {
  readonly atMs: number;
  /** Of the process that was killed: a patch from the next one has a higher one. */
  readonly epoch: number;
}

export class Witness implements Observer {
  readonly stays: Stay[] = [];
  /** Kill → next patch, ms. */
  readonly gapsMs: number[] = [];
  readonly #player: string;
  readonly #epochs: Epochs;
  readonly #nowMs: () => number;
  #stay: Stay | undefined;
  #connection: SeenConnection | undefined;
  #expectsLeave = false;
  #epoch = 0;
  /** First patch of the present connection. */
  #firstPatchMs: number | undefined;
  #outages: Outage[] = [];

  constructor(player: string, epochs: Epochs, nowMs: () => number = () => performance.now()) {
    this.#player = player;
    this.#epochs = epochs;
    this.#nowMs = nowMs;
  }

  joined(connection: Connection): void {
    const { welcome, matchId, sessionId } = connection;
    this.#connection = { states: [], beforeKill: false };
    this.#stay = {
      player: this.#player,
      matchId,
      sessionId,
      seat: welcome.seat,
      firstTick: welcome.tick,
      seatChanged: false,
      sawEnd: false,
      connections: [this.#connection],
      commands: [],
      end: undefined,
      endText: "",
    };
    this.stays.push(this.#stay);
    this.#expectsLeave = false;
    this.#outages = [];
    this.#firstPatchMs = undefined;
    this.#welcomed(connection);
    connection.onWelcome(() => this.#welcomed(connection));
    connection.onState((state) => this.#entered(state));
    this.saw(connection.view);
  }

  saw(view: ArenaView): void {
    const stay = this.#stay;
    if (!stay) return;
    this.#connection!.states.push([view.tick, hashPlain(readView(view))]);
    if (view.phase === "over") stay.sawEnd = true;
    this.#firstPatchMs ??= this.#nowMs();
    this.#settleOutages();
  }

  asked({ name, payload }: { name: string; payload: unknown }): (answer: CommandAnswer) => void {
    const command: Stay["commands"][number] = { name, payload };
    this.#stay?.commands.push(command);
    return (answer) => {
      command.answer = answer;
    };
  }

  left({ code, reason }: ConnectionState & { kind: "left" }): void {
    const stay = this.#stay;
    if (!stay) return;
    stay.endText = `code ${code} ${reason}`.trim();
    stay.end ??= this.#expectsLeave ? "own" : reason.includes("uptime too short") ? "young" : "refused";
    this.#stay = undefined;
  }

  /** The bot is about to leave by its own will. */
  expectLeave(isAway: boolean): void {
    this.#expectsLeave = true;
    if (this.#stay && isAway) this.#stay.end = "away";
  }

  /** The server was killed just now. `epochs` learns of it after all witnesses. */
  killed(atMs: number): void {
    for (const connection of this.stays.flatMap(({ connections }) => connections))
      connection.beforeKill = true;
    const stay = this.#stay;
    if (stay && !stay.sawEnd) this.#outages.push({ atMs, epoch: this.#epochs.of(stay.matchId) });
  }

  #welcomed({ welcome, matchId }: Connection): void {
    this.#epoch = welcome.epoch;
    this.#epochs.saw(matchId, welcome.epoch);
    if (this.#stay && welcome.seat !== this.#stay.seat) this.#stay.seatChanged = true;
    this.#settleOutages();
  }

  #entered(state: ConnectionState): void {
    if (state.kind !== "reconnecting" || !this.#stay) return;
    this.#connection = { states: [], beforeKill: false };
    this.#stay.connections.push(this.#connection);
    this.#firstPatchMs = undefined;
  }

  /** The full state comes before the welcome: a gap ends with the first patch, once the epoch is known. */
  #settleOutages(): void {
    const patchMs = this.#firstPatchMs;
    if (patchMs === undefined || this.#outages.length === 0) return;
    const over = this.#outages.filter(({ epoch }) => epoch < this.#epoch);
    this.#outages = this.#outages.filter(({ epoch }) => epoch >= this.#epoch);
    for (const { atMs } of over) this.gapsMs.push(patchMs - atMs);
  }
}
