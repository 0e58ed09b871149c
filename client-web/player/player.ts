/**
 * The player of this page: a guest with a name. Their session begins with the first request that needs one, and
 * again by itself when the server no longer accepts the token. The session has the guest's name: another name is
 * another guest, and a player who takes an earlier name again is that earlier guest.
 */
import { type ApiAccess, ApiError } from "../../shared/client/api.ts";
import { heldTokens, KeptSession, type SessionAccess } from "../../shared/client/kept-session.ts";
import { beginSession } from "../../shared/client/sessions.ts";
import type { GuestBook, StoredGuest } from "./guest-book.ts";

export const nameLengthMax = 20;
const nameless = "Player";
const unauthorized = 401;

export class PagePlayer {
  readonly #server: ApiAccess;
  readonly #book: GuestBook;
  #name: string;
  #playing: SignedIn | undefined;
  #beginning: Promise<SignedIn> | undefined;

  private constructor(server: ApiAccess, book: GuestBook, guest: StoredGuest | undefined) {
    this.#server = server;
    this.#book = book;
    this.#playing = guest && this.#playingAs(guest);
    this.#name = guest?.name ?? "";
    // Keeps a player who returns now and then the same guest. The next request notices a session that is over.
    void this.#playing?.session.refresh().catch(() => undefined);
  }

  static async open(server: ApiAccess, book: GuestBook): Promise<PagePlayer> {
    return new PagePlayer(server, book, await book.open());
  }

  /** Undefined until a session is needed. */
  get userId(): string | undefined {
    return this.#playing?.userId;
  }

  /** Empty until the player has given one. */
  get name(): string {
    return this.#name;
  }

  async rename(typed: string): Promise<void> {
    const name = cleanName(typed);
    if (name === this.#name) return;
    this.#name = name;
    const guest = await this.#book.become(name);
    this.#playing = guest && this.#playingAs(guest);
  }

  /** Calls the API as this player. @throws what the request throws */
  async as<Answer>(question: (access: SessionAccess) => Promise<Answer>): Promise<Answer> {
    const playing = await this.#present();
    try {
      return await playing.session.as(question);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== unauthorized) throw error;
      // The session cannot be refreshed any more either.
      if (this.#playing === playing) {
        this.#book.remove(playing);
        this.#playing = undefined;
      }
      return (await this.#present()).session.as(question);
    }
  }

  #playingAs({ userId, name, ...tokens }: StoredGuest): SignedIn {
    const session = new KeptSession({
      access: this.#server,
      tokens,
      onRefreshed: (now) => {
        if (this.#playing?.session === session) this.#book.renew({ userId, name, ...now });
      },
    });
    return { userId, session };
  }

  #present(): Promise<SignedIn> {
    if (this.#playing !== undefined) return Promise.resolve(this.#playing);
    this.#beginning ??= this.#begin().finally(() => {
      this.#beginning = undefined;
    });
    return this.#beginning;
  }

  async #begin(): Promise<SignedIn> {
    this.#name ||= nameless;
    const name = this.#name;
    const begun = await beginSession(this.#server, name, { device: this.#book.deviceKey });
    const guest = { userId: begun.userId, name, ...heldTokens(begun, Date.now()) };
    await this.#book.add(guest);
    this.#playing = this.#playingAs(guest);
    return this.#playing;
  }
}

interface SignedIn {
  readonly userId: string;
  readonly session: KeptSession;
}

export function cleanName(typed: string): string {
  return typed.trim().slice(0, nameLengthMax) || nameless;
}
