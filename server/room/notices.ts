/** The texts that a room sends to its players. */
import { type Client, ClientState, getMessageBytes, Protocol } from "@colyseus/core";
import type { Outcome } from "../../shared/game/game.ts";
import type { Notice, Welcome } from "../../shared/wire/room-messages.ts";
import type { LiveMatch } from "../match/live-match.ts";
import type { SeatState } from "../match/state.ts";
import type { OutFrame, OutSocket } from "./gated-socket.ts";

export const notices = {
  frozen: {
    kind: "frozen",
    text: "The server cannot save the match right now. It goes on by itself.",
  },
  resumed: { kind: "resumed", text: "The match goes on." },
  unprotected: {
    kind: "unprotected",
    text: "The server cannot save the match right now. It goes on, but a crash could lose what you see.",
  },
  protected: { kind: "protected", text: "The match is saved again." },
  calledOff: {
    kind: "called-off",
    text: "Somebody did not come, so this match does not count. You are back in the queue, with your waiting time.",
    waitsAgain: true,
  },
  partyMissing: {
    kind: "called-off",
    text: "Somebody of your party did not come, so this match does not count. Queue again when you like.",
    waitsAgain: false,
  },
  calledOffToWatch: {
    kind: "called-off",
    text: "Somebody did not come, so this match does not count.",
    waitsAgain: false,
  },
  stopped: { kind: "match-stopped", text: "This match had to stop. Its record is kept." },
} as const;

export function welcome(live: LiveMatch<OutFrame>, place: SeatState): Welcome {
  const { seat, name, lastCommandId, lastInputSeq, told } = place;
  const { tickRate, patchRate, name: game } = live.match.game;
  const match = { matchId: live.id, game, tickRate, patchRate, epoch: live.epoch, tick: live.match.tick };
  const { seatGraceMs } = live.match;
  const { spectators } = live.match.game;
  const isLate = seat === "spectator" && spectators !== undefined;
  return {
    ...{ ...match, seat, name, seatGraceMs, lastCommandId, lastInputSeq, lastEventId: told?.last ?? 0 },
    ...(isLate && { delayMs: spectators.delaySeconds * 1000 }),
  };
}

/** The notices that hold now, for a client that joins or reconnects after they were sent. */
export function standing({ unprotected, lifecycle, match }: LiveMatch<OutFrame>): Notice[] {
  const { outcome } = match;
  const isOver = lifecycle === "over" && outcome !== undefined;
  return [...(unprotected ? [notices.unprotected] : []), ...(isOver ? [over(outcome)] : [])];
}

export const over = (outcome: Outcome): Notice => ({ kind: "over", text: "The match is over.", outcome });

/** Sent right before the connection is closed. */
const lastWords: ReadonlySet<Notice["kind"]> = new Set(["called-off", "closing", "match-stopped", "put-out"]);

/**
 * Tells everyone something that reflects no tick. It bypasses the gate. A client that has not acknowledged its join
 * gets it right after that, because the SDK drops earlier messages. A last word is not kept for it, as its connection
 * closes first; the reason of the close says the same.
 */
export function announce(
  clients: Iterable<Client>,
  socketOf: (client: Client) => OutSocket | undefined,
  notice: Notice,
): void {
  const bytes = getMessageBytes.raw(Protocol.ROOM_DATA, "notice", notice);
  for (const client of clients) {
    if (client.state === ClientState.JOINED || lastWords.has(notice.kind))
      socketOf(client)?.send(bytes, { binary: true });
    else client.send("notice", notice);
  }
}
