/**
 * The seats of the house bots, kept in a file with their sessions and matches, so that after a restart of everything they
 * come back to their own seats instead of taking new ones. Only its owner can read the file, because it holds session
 * tokens. An absent or unreadable file counts as empty.
 */
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ApiError, mayPass } from "../../shared/client/api.ts";
import { joinMatch } from "../../shared/client/follow-match.ts";
import { type HeldTokens, heldTokens, KeptSession } from "../../shared/client/kept-session.ts";
import { beginSession } from "../../shared/client/sessions.ts";
import type { PlayedGame } from "../which-game.ts";
import type { Connection, Join } from "./connection.ts";

export interface HouseSeat {
  /** The tokens of the bot's session; refreshed when the bot comes back after the token has expired. */
  readonly tokens: HeldTokens;
  readonly matchId: string;
}

export class HouseSeats {
  readonly #path: string;
  readonly #seats: Map<string, HouseSeat>;

  private constructor(path: string, seats: Map<string, HouseSeat>) {
    this.#path = path;
    this.#seats = seats;
  }

  static read(path: string): HouseSeats {
    try {
      const rows: unknown = JSON.parse(readFileSync(path, "utf8"));
      const seats = Object.entries(rows ?? {}).filter(([, row]) => isSeat(row));
      return new HouseSeats(path, new Map(seats));
    } catch {
      return new HouseSeats(path, new Map());
    }
  }

  of(name: string): HouseSeat | undefined {
    return this.#seats.get(name);
  }

  /** Bots whose seats cannot be stored play all the same. */
  put(name: string, seat: HouseSeat | undefined): void {
    if (seat === undefined) this.#seats.delete(name);
    else this.#seats.set(name, seat);
    const path = `${this.#path}.new`;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, JSON.stringify(Object.fromEntries(this.#seats)), { mode: 0o600 });
      // A file that a killed process left behind may have another mode.
      chmodSync(path, 0o600);
      renameSync(path, this.#path);
    } catch {
      // Without it they come back as new players; their old seats are free after the grace.
    }
  }
}

const isSeat = (row: unknown): row is HouseSeat => {
  const { tokens, matchId } = Object(row) as Partial<HouseSeat>;
  const { token, refreshToken, refreshAtMs } = Object(tokens) as Partial<HeldTokens>;
  const texts = [token, refreshToken, matchId].every((each) => typeof each === "string");
  return texts && typeof refreshAtMs === "number";
};

/** @returns a join for `Bot`: first into the stored seat, later into any match */
export function houseJoin(
  url: readonly string[],
  seats: HouseSeats,
  { game, options: given }: PlayedGame,
): Join {
  const api = { attemptsMax: 3 };
  const returned = new Set<string>();
  return async (name) => {
    const options = { url, game: game.name, options: given, name, api };
    const kept = seats.of(name);
    try {
      const access = { ...api, url };
      const tokens = kept?.tokens ?? heldTokens(await beginSession(access, name), Date.now());
      const keeps = new KeptSession({ access, tokens });
      const session = await keeps.freshToken();
      const before = kept !== undefined && !returned.has(name) ? { matchId: kept.matchId } : {};
      const connection: Connection = await joinMatch({ ...options, ...before, session });
      returned.add(name);
      seats.put(name, { tokens: keeps.tokens, matchId: connection.matchId });
      return connection;
    } catch (error) {
      // The bot's old connection may still hold the seat, or the server is starting: the seat stays stored for the next attempt.
      if (error instanceof ApiError && !mayPass(error)) {
        returned.add(name);
        if (error.code.startsWith("session/")) seats.put(name, undefined);
      }
      throw error;
    }
  };
}
