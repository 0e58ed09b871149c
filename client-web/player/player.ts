/**
 * Who plays on this page: a guest with a name. His session begins with the first question that needs one, and
 * again by itself when the server does not take the token any more. A guest's name is the session's: another name
 * is another guest, and who takes an earlier name again is that guest again.
 */
import { type ApiAccess, ApiError } from "../../shared/client/api.ts";
import { beginSession, renewSession } from "../../shared/client/sessions.ts";
import type { Guest, GuestBook } from "./guest-book.ts";

export const nameLengthMax = 20;
const nameless = "Player";
const unauthorized = 401;

export class Player {
  readonly #server: ApiAccess;
  readonly #book: GuestBook;
  #name: string;
  #guest: Guest | undefined;
  #beginning: Promise<Guest> | undefined;

  private constructor(server: ApiAccess, book: GuestBook, guest: Guest | undefined) {
    this.#server = server;
    this.#book = book;
    this.#guest = guest;
    this.#name = guest?.name ?? "";
    if (guest !== undefined) void this.#renew(guest);
  }

  static async open(server: ApiAccess, book: GuestBook): Promise<Player> {
    return new Player(server, book, await book.open());
  }

  /** Undefined until a session was needed. */
  get userId(): string | undefined {
    return this.#guest?.userId;
  }

  /** Empty for who has not said one yet. */
  get name(): string {
    return this.#name;
  }

  async rename(typed: string): Promise<void> {
    const name = cleanName(typed);
    if (name === this.#name) return;
    this.#name = name;
    this.#guest = await this.#book.become(name);
  }

  /** Asks the API as this player. @throws what the question throws */
  async as<Answer>(question: (access: ApiAccess & { token: string }) => Promise<Answer>): Promise<Answer> {
    const guest = await this.#present();
    try {
      return await question({ ...this.#server, token: guest.token });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== unauthorized) throw error;
      if (this.#guest === guest) {
        this.#book.remove(guest);
        this.#guest = undefined;
      }
      return question({ ...this.#server, token: (await this.#present()).token });
    }
  }

  /** Once for every page, so that who comes back now and then stays who he is. Without an answer nothing is lost. */
  async #renew(guest: Guest): Promise<void> {
    try {
      const { token } = await renewSession({ ...this.#server, token: guest.token, attemptsMax: 1 });
      if (this.#guest !== guest) return;
      this.#guest = { ...guest, token };
      this.#book.renew(this.#guest);
    } catch {
      // An old token that is not taken any more is noticed by the next question.
    }
  }

  #present(): Promise<Guest> {
    if (this.#guest !== undefined) return Promise.resolve(this.#guest);
    this.#beginning ??= this.#begin().finally(() => {
      this.#beginning = undefined;
    });
    return this.#beginning;
  }

  async #begin(): Promise<Guest> {
    this.#name ||= nameless;
    const name = this.#name;
    const { token, userId } = await beginSession(this.#server, name, { device: this.#book.deviceKey });
    const guest = { userId, token, name };
    await this.#book.add(guest);
    this.#guest = guest;
    return guest;
  }
}

export function cleanName(typed: string): string {
  return typed.trim().slice(0, nameLengthMax) || nameless;
}
