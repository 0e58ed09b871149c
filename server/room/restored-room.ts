/**
 * What becomes of a restored match whose room cannot be opened: it is given up here, since without a room it would never tick
 * and nobody could join it. The store keeps it as it is. Who asked for the room decides when it is tried again.
 */
import type { MatchHost } from "../match/host.ts";
import type { LiveMatch } from "../match/live-match.ts";
import type { OutFrame } from "./gated-socket.ts";

/** left: the match is not here; `epoch` is the one under which this process claimed it. */
export type RoomOpening =
  | { readonly kind: "restored" }
  | { readonly kind: "left"; readonly reason: string; readonly epoch?: number };

/** Never rejects. */
export async function roomOfRestored(
  host: Pick<MatchHost<OutFrame>, "take" | "forget">,
  id: string,
  open: (live: LiveMatch<OutFrame>) => Promise<unknown>,
): Promise<RoomOpening> {
  const live = host.take(id);
  if (live === undefined) return { kind: "left", reason: `match ${id} does not wait for a room` };
  try {
    await open(live);
    return { kind: "restored" };
  } catch (error) {
    // The room may have started it already.
    live.giveUp();
    host.forget(live);
    const reason = `its room could not be opened: ${(error as Error).message}`;
    return { kind: "left", reason, epoch: live.epoch };
  }
}
