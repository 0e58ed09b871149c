/**
 * Colyseus' own matchmaking for rooms that are no matches. Whether a client gets in decides the room's `onAuth`, and its
 * options are the room's own. Refusals keep Colyseus' numbers, which its SDK passes on.
 */
import { ErrorCode, matchMaker } from "@colyseus/core";

/** As it came in; only its size and its depth were checked. */
export interface RoomWish {
  readonly method: "joinOrCreate" | "create" | "join" | "joinById" | "reconnect";
  /** A room's name or, for the last two, its id. */
  readonly target: string;
  readonly options: object;
  readonly token: string | undefined;
  readonly headers: Headers;
  readonly address: string | undefined;
}

export type RoomAnswer =
  | { readonly ok: true; readonly reservation: object }
  | { readonly ok: false; readonly status: number; readonly error: string };

const byId: ReadonlySet<string> = new Set(["joinById", "reconnect"]);

export class RoomMatchmaking {
  readonly #names: ReadonlySet<string>;

  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
  }

  /** Whether the request is for one of these rooms. @throws StoreError when the listing cannot be read */
  isFor = async ({ method, target }: Pick<RoomWish, "method" | "target">): Promise<boolean> => {
    if (this.#names.size === 0) return false;
    if (!byId.has(method)) return this.#names.has(target);
    const room = await matchMaker.driver.findOne({ roomId: target });
    return room !== undefined && this.#names.has(room.name);
  };

  async matchmake({ method, target, options, token, headers, address }: RoomWish): Promise<RoomAnswer> {
    const context = { headers, ip: address, ...(token !== undefined && { token }) };
    try {
      const reservation =
        method === "reconnect"
          ? await matchMaker.reconnect(target, options)
          : await matchMaker[method](target, options, context);
      return { ok: true, reservation };
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: unknown };
      return { ok: false, status: statusOf(code), error: String(message ?? "refused") };
    }
  }
}

/** A room may throw with any `code`. One that is no status would make a refusal look like a success. */
function statusOf(code: unknown): number {
  const isStatus = typeof code === "number" && Number.isInteger(code) && code >= 400 && code <= 599;
  return isStatus ? code : ErrorCode.APPLICATION_ERROR;
}
