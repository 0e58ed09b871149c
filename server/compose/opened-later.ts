/**
 * Running matches that could not be opened at the start of a server on its own: each is tried again a few times, ever later,
 * because what failed may have passed, such as a read of the store. After that only the next start tries them. Who asks for
 * one meanwhile hears that it is kept. In a fleet, failover does this.
 */
import type { Store } from "../durability/store.ts";
import type { MatchHost } from "../match/host.ts";
import type { LeftMatch } from "../match/restores.ts";
import type { OutFrame } from "../room/gated-socket.ts";
import type { RoomOpening } from "../room/restored-room.ts";

const againAfterMs = [5000, 30_000, 120_000, 600_000] as const;

export interface OpenedLaterParts {
  readonly store: Pick<Store, "find">;
  readonly host: Pick<MatchHost<OutFrame>, "restoreOne" | "isFull">;
  /** Never rejects. */
  readonly openRoom: (id: string) => Promise<RoomOpening>;
  /** @returns a function that cancels it */
  readonly timer: (ms: number, run: () => void) => () => void;
  readonly log: {
    info(details: object, message: string): void;
    error(details: object, message: string): void;
  };
}

export class OpenedLater {
  readonly #parts: OpenedLaterParts;
  #cancel: () => void = () => {};
  #stopped = false;

  /** @param left what the start logged already */
  constructor(left: readonly LeftMatch[], parts: OpenedLaterParts) {
    this.#parts = parts;
    if (left.length > 0) this.#tryAfter(0, left);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #tryAfter(turn: number, left: readonly LeftMatch[]): void {
    const { timer, log } = this.#parts;
    const waitMs = againAfterMs[turn];
    if (waitMs !== undefined) {
      this.#cancel = timer(waitMs, () => this.#tryAll(turn, left));
      return;
    }
    for (const { id, reason } of left)
      log.error({ match: id }, `not opened, tried again at the next start: ${reason}`);
  }

  /** One after the other: nobody waits for them. */
  async #tryAll(turn: number, left: readonly LeftMatch[]): Promise<void> {
    const still: LeftMatch[] = [];
    for (const { id } of left) {
      if (this.#stopped) return;
      const reason = await this.#whyLeft(id);
      if (reason !== undefined) still.push({ id, reason });
    }
    if (still.length > 0 && !this.#stopped) this.#tryAfter(turn + 1, still);
  }

  /** @returns undefined when it is open, or is nothing any more that could be opened */
  async #whyLeft(id: string): Promise<string | undefined> {
    const { store, host, openRoom, log } = this.#parts;
    try {
      const entry = await store.find(id);
      if (entry?.state !== "running") return undefined;
      if (host.isFull) return "this server runs as many matches as it may";
      const outcome = await host.restoreOne(entry);
      if (outcome.kind === "set-aside") log.error({ match: id }, `set aside: ${outcome.reason}`);
      if (outcome.kind === "set-aside" || outcome.kind === "lost-race") return undefined;
      const opening = outcome.kind === "restored" ? await openRoom(id) : outcome;
      if (opening.kind === "left") return opening.reason;
      log.info({ match: id }, "a match that was not opened at the start runs now");
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }
}
