/**
 * Owners of a live match one after the other, with the real gate, journal and View, and onlookers in place of sockets: what
 * they decode is what clients would. A crash leaves what the store has.
 */
import { Committer } from "../../server/durability/committer.ts";
import { recoveryPlan } from "../../server/durability/recovery.ts";
import { noHostMetrics } from "../../server/match/host-metrics.ts";
import { LiveMatch } from "../../server/match/live-match.ts";
import { restoredState } from "../../server/match/restore.ts";
import { type MatchState, newMatchState } from "../../server/match/state.ts";
import type { OutFrame } from "../../server/room/gated-socket.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { limits, StubbornStore, settled } from "../match/live-setup.ts";
import { deliverNow, type Onlooker, ViewedRoom } from "./viewing.ts";

const aboutOf = ({ name, version }: AnyGame) => ({ game: name, version, seed: 1, options: {} });

/** An owner of the match. */
export class MatchOwner {
  readonly store: StubbornStore;
  readonly live: LiveMatch<OutFrame>;
  readonly room: ViewedRoom;
  readonly game: AnyGame;
  readonly #committer: Committer;
  /** By frame: the ids below this were used when it was made. */
  readonly #used = new Map<OutFrame, number>();
  /** The largest of those that were delivered. */
  seen = 0;

  constructor(store: StubbornStore, epoch: number, state: MatchState, game: AnyGame) {
    this.store = store;
    this.game = game;
    this.#committer = new Committer({ store, later: (_, task) => setImmediate(task), onTrouble: () => {} });
    this.live = new LiveMatch<OutFrame>({
      ...{ id: "m", epoch, game, state, store, committer: this.#committer, metrics: noHostMetrics },
      limits: { ...limits, gateBytesMax: 1e7 },
      ...{ nowMs: () => 0, log: () => {}, deliver: (frame) => this.#deliver(frame) },
    });
    this.room = new ViewedRoom(() => this.live);
    this.room.view.show();
    this.live.attachRoom({
      takeInputs: () => [],
      patch: () => {
        const made = this.room.view.patch();
        if (made !== undefined) this.#used.set(made.frame, this.room.nextRef);
        return made;
      },
      ...{ seatGone: () => {}, frozen: () => {}, over: () => {}, stopped: () => {} },
    });
  }

  async tick(): Promise<void> {
    this.live.tick();
    this.#committer.flush();
    await settled();
    await settled();
  }

  /** What a crash leaves. */
  async kept(): Promise<MatchState> {
    const plan = recoveryPlan(await this.store.load("m"));
    if (plan.kind !== "restore") throw new Error(plan.reason);
    return restoredState(this.game, aboutOf(this.game), plan);
  }

  show(id: number, payload: object): void {
    void this.live.match.command("0", { id, name: "show", payload });
  }

  /** As Colyseus does: the full state goes through the gate. */
  admit(sessionId: string, onlooker: Onlooker): void {
    const { state } = this.room.join(sessionId, (frame) => onlooker.patch(frame));
    const data = Uint8Array.from(state);
    const to = { show: () => onlooker.fullState(this.room.serializer.handshake(), data) } as never;
    const frame: OutFrame = { kind: "message", to, data, callback: undefined, state: undefined };
    this.#used.set(frame, this.room.nextRef);
    this.live.send(frame, data.length);
  }

  #deliver(frame: OutFrame): void {
    this.seen = Math.max(this.seen, this.#used.get(frame) ?? 0);
    if (frame.kind === "patch") deliverNow(frame);
    else if (frame.kind === "message") (frame.to as unknown as { show: () => void }).show();
  }
}

export async function begun(game: AnyGame): Promise<MatchOwner> {
  const store = new StubbornStore();
  const about = aboutOf(game);
  const { epoch } = await store.create({ id: "m", node: "n", about: JSON.stringify(about) });
  const owner = new MatchOwner(store, epoch, newMatchState(game, about.seed, {}), game);
  for (const sessionId of ["0", "1"])
    owner.live.match.join({ sessionId, userId: sessionId, name: "", token: sessionId, spectate: false });
  await owner.tick();
  return owner;
}

/** The next owner, with everybody back. */
export async function after(
  owner: MatchOwner,
  onlookers: Readonly<Record<string, Onlooker>>,
): Promise<MatchOwner> {
  const { epoch } = (await owner.store.claim("m", "n2")) as { epoch: number };
  const next = new MatchOwner(owner.store, epoch, await owner.kept(), owner.game);
  for (const [sessionId, onlooker] of Object.entries(onlookers)) next.admit(sessionId, onlooker);
  return next;
}
