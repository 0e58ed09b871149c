/** What players of the built-in room do during chaos, and what must never be gone there: every number only grows. */
import type { Room } from "@colyseus/sdk";
import { sendOnce } from "../../../../shared/client/send-once.ts";
import type { RoomScript } from "../room-script.ts";

interface Shown {
  readonly total: number;
  readonly steps: number;
  readonly beats: number;
  readonly left: number;
  readonly players: Readonly<
    Record<string, { readonly count: number; readonly once: number; readonly secret: number }>
  >;
  readonly marks: Readonly<Record<string, number>>;
}

const numbers = ["total", "steps", "beats", "left"] as const;

/** How many messages with an id each player has sent. */
const sentOnce = new WeakMap<Room, number>();

const script: RoomScript = {
  act({ room, turn, random, told }) {
    if (turn % 4 === 0)
      room.request("add").then(
        (answer) => told("added", answer),
        // Its connection broke: nobody was answered.
        () => {},
      );
    else if (turn % 4 === 1) room.send("tell");
    else if (turn % 4 === 2) {
      const sent = (sentOnce.get(room) ?? 0) + 1;
      sentOnce.set(room, sent);
      sendOnce(room, "once").then(
        (answer) => told("once", { sent, answer }),
        (error) => error.code === "command/left" || told("once", { sent, answer: error.code }),
      );
    } else room.send("move", Math.round(random() * 1000) / 8);
  },

  lost(before, after) {
    const [was, is] = [before as Shown, after as Shown];
    const fell = numbers.find((name) => is[name] < was[name]);
    if (fell !== undefined) return `${fell} was ${was[fell]} and is ${is[fell]}`;
    for (const [id, { count }] of Object.entries(was.players)) {
      const player = is.players[id];
      if (player === undefined && is.left === was.left) return `the player ${id} is gone`;
      if (player !== undefined && player.count < count) return `${id} had ${count} and has ${player.count}`;
      if (player !== undefined && player.secret !== player.count * 7)
        return `${id} has the secret ${player.secret}`;
    }
    const mark = Object.entries(was.marks).find(([at, value]) => (is.marks[at] ?? 0) < value);
    return mark && `mark ${mark[0]} was ${mark[1]}`;
  },

  keeps({ type, message, sessionId }, state) {
    if (type === "once") {
      // Applied in order and once each: the room counts them, too.
      const { sent, answer } = message as { sent: number; answer: unknown };
      return answer === sent && sent <= ((state as Shown).players[sessionId]?.once ?? sent);
    }
    const { total, noted, count } = message as { total: number; noted: number; count: number };
    const is = state as Shown;
    return noted === total && total <= is.total && count <= (is.players[sessionId]?.count ?? count);
  },
};

export default script;
