/**
 * The guests that this browser has been: their tokens, in a storage that all tabs share. Each guest is held by one tab
 * at a time, under a lock that the browser releases with the tab. So a second tab is another player, and a player who
 * returns tomorrow is the same guest. Knows no server.
 */
import type { HeldTokens } from "../../shared/client/kept-session.ts";
import { newDeviceKey } from "../../shared/client/sessions.ts";
import { hasTexts, kept, keyOf, type StoredValue } from "../kept.ts";

export interface StoredGuest extends HeldTokens {
  readonly userId: string;
  readonly name: string;
}

export interface GuestBookParts {
  /** The storage that all tabs share. */
  readonly device: Storage;
  /** This tab's storage; it survives a reload. */
  readonly tab: Storage;
  /** Undefined where the browser has none, as on a page without https; then every tab is a new player. */
  readonly locks: Pick<LockManager, "request"> | undefined;
}

const guestsMax = 8;
/** How long a reloaded page waits for its own lock to become free. A duplicated tab waits in vain. */
const ownLockMsMax = 1_000;

export class GuestBook {
  readonly #locks: GuestBookParts["locks"];
  readonly #device: StoredValue<readonly StoredGuest[]>;
  readonly #deviceKey: StoredValue<string>;
  readonly #tab: StoredValue<StoredGuest>;
  #release = () => {};

  constructor({ device, tab, locks }: GuestBookParts) {
    this.#locks = locks;
    this.#device = kept(device, "holdfast-guests", areGuests);
    this.#deviceKey = kept(device, "holdfast-device", (value) => typeof value === "string");
    this.#tab = kept(tab, "holdfast-guest", isGuest);
  }

  /** The guest of this tab before it was reloaded, else the guest played last that no other tab holds. */
  async open(): Promise<StoredGuest | undefined> {
    const own = this.#tab.get();
    if (own !== undefined && (await this.#hold(own, ownLockMsMax))) return own;
    this.#tab.clear();
    return this.#firstFree(this.#known());
  }

  /** The key by which the server knows this browser, whatever its guests; made on first use. */
  get deviceKey(): string {
    const key = this.#deviceKey.get() ?? newDeviceKey();
    this.#deviceKey.set(key);
    return key;
  }

  /** Takes the guest of this name, if no other tab holds it, and releases the one that this tab had. */
  async become(name: string): Promise<StoredGuest | undefined> {
    this.#letGo();
    return this.#firstFree(this.#known().filter((guest) => guest.name === name));
  }

  /** Makes this tab a new guest. */
  async add(guest: StoredGuest): Promise<void> {
    this.#letGo();
    await this.#hold(guest);
  }

  /** Stores new tokens of this tab's guest. */
  renew(guest: StoredGuest): void {
    this.#tab.set(guest);
    if (!this.#locks) return;
    this.#device.set(this.#known().map((each) => (each.userId === guest.userId ? guest : each)));
  }

  /** Removes a guest that the server no longer knows. */
  remove({ userId }: Pick<StoredGuest, "userId">): void {
    this.#letGo();
    if (this.#locks) this.#device.set(this.#known().filter((guest) => guest.userId !== userId));
  }

  /** The stored guests; none without locks, as it could not be told whether another tab holds one. */
  #known(): readonly StoredGuest[] {
    return this.#locks ? (this.#device.get() ?? []) : [];
  }

  async #firstFree(guests: readonly StoredGuest[]): Promise<StoredGuest | undefined> {
    for (const guest of guests) if (await this.#hold(guest)) return guest;
    return undefined;
  }

  async #hold(guest: StoredGuest, waitMs = 0): Promise<boolean> {
    if (this.#locks) {
      const release = await lockHeld(this.#locks, keyOf(`holdfast-guest ${guest.userId}`), waitMs);
      if (release === undefined) return false;
      this.#release = release;
      const others = this.#known().filter(({ userId }) => userId !== guest.userId);
      this.#device.set([guest, ...others].slice(0, guestsMax));
    }
    this.#tab.set(guest);
    return true;
  }

  #letGo(): void {
    this.#release();
    this.#release = () => {};
    this.#tab.clear();
  }
}

/** @returns a function that releases it; undefined when another tab has it */
async function lockHeld(
  locks: Pick<LockManager, "request">,
  name: string,
  waitMs: number,
): Promise<(() => void) | undefined> {
  const answer = Promise.withResolvers<boolean>();
  const end = Promise.withResolvers<void>();
  const options = waitMs > 0 ? { signal: AbortSignal.timeout(waitMs) } : { ifAvailable: true };
  locks
    .request(name, options, (lock) => {
      answer.resolve(lock !== null);
      return lock === null ? undefined : end.promise;
    })
    .catch(() => answer.resolve(false));
  return (await answer.promise) ? end.resolve : undefined;
}

function isGuest(value: unknown): value is StoredGuest {
  return hasTexts(value, ["userId", "token", "refreshToken", "name"]) && "refreshAtMs" in value;
}

function areGuests(value: unknown): value is readonly StoredGuest[] {
  return Array.isArray(value) && value.every(isGuest);
}
