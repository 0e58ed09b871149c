/** A player on the unmodified Colyseus SDK, with its default settings, that remembers what it was shown. */
import { Client, type Room } from "@colyseus/sdk";
import { beginSession } from "../../shared/client/sessions.ts";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { arena } from "../../shared/games/arena/game.ts";
import type { ArenaView } from "../../shared/games/arena/view-schema.ts";
import type { Notice, Welcome } from "../../shared/wire/room-messages.ts";

export interface SdkPlayer {
  readonly room: Room;
  /** Hash of the View as decoded, by its tick. */
  readonly seen: Map<number, string>;
  readonly welcomes: Welcome[];
  readonly notices: Notice[];
  /** drop, reconnect, leave <code> */
  readonly events: string[];
  view(): ReturnType<typeof arena.view.read>;
  /** Sends one input a tick until told otherwise. */
  play(): void;
  command(id: number, name: string, payload: unknown): Promise<unknown>;
  leave(): Promise<void>;
}

/** The SDK's client of a guest that nobody has been before. */
export async function clientWithSession(url: string): Promise<Client> {
  const client = new Client(url);
  client.auth.token = (await beginSession({ url })).token;
  return client;
}

/** @param matchId a certain match; otherwise any with a free seat, or a new one */
export async function joinAsSdkPlayer(
  url: string,
  options: { name: string; matchId?: string; options?: object },
): Promise<SdkPlayer> {
  const client = await clientWithSession(url);
  const { matchId, ...join } = options;
  const room: Room = await (matchId === undefined
    ? client.joinOrCreate("arena", join)
    : client.joinById(matchId, join));
  const seen = new Map<number, string>();
  const welcomes: Welcome[] = [];
  const notices: Notice[] = [];
  const events: string[] = [];
  const view = () => arena.view.read(room.state as ArenaView);
  room.onMessage("welcome", (welcome: Welcome) => welcomes.push(welcome));
  room.onMessage("notice", (notice: Notice) => notices.push(notice));
  room.onDrop(() => events.push("drop"));
  room.onReconnect(() => events.push("reconnect"));
  room.onLeave((code: number) => events.push(`leave ${code}`));
  room.onStateChange((state) => {
    seen.set((state as ArenaView).tick, hashPlain(view()));
  });
  let timer: NodeJS.Timeout | undefined;
  let seq = 0;
  const send = () => {
    const input = room.input();
    Object.assign(input.data as object, {
      seq: ++seq,
      moveX: 90,
      moveY: (seq % 60) - 30,
      aim: (seq * 500) % 65536,
    });
    (input.data as { buttons: number }).buttons = seq % 20 < 10 ? 1 : 0;
    if (room.connection.isOpen) input.send();
  };
  return {
    room,
    seen,
    welcomes,
    notices,
    events,
    view,
    play: () => {
      timer = setInterval(send, 1000 / arena.tickRate);
    },
    command: (id, name, payload) => room.request("command", { id, name, payload }),
    leave: async () => {
      clearInterval(timer);
      room.reconnection.enabled = false;
      if (room.connection.isOpen) await room.leave();
    },
  };
}
