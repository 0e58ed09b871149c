/** The match that a new room shows: one that was restored and waits for a room, or a new one. It opens no room. */
import type { LiveMatch } from "../match/live-match.ts";
import type { OutFrame } from "./gated-socket.ts";
import { RoomError, worded } from "./room-error.ts";
import type { RoomOptions, RoomParts } from "./room-parts.ts";

/** @throws RoomError */
export async function openedMatch(parts: RoomParts, options: RoomOptions): Promise<LiveMatch<OutFrame>> {
  const { host, game } = parts;
  const origin = options.booking === undefined ? undefined : parts.madeBy(options.booking)?.origin;
  const restored = options.restore === undefined ? undefined : host.take(options.restore);
  if (restored !== undefined) return restored;
  // The match has a room elsewhere, or ended meanwhile. The caller did not ask for a new match.
  if (options.restore !== undefined) throw new RoomError("match/moved");
  const { maker } = options;
  const opened = await worded(host.open(parts.newMatchId(), game, options.options, { origin, maker }));
  if (!opened.ok) throw new RoomError(opened.code, opened.detail);
  return opened.live;
}
