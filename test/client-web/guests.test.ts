/** Who a page is: guests in two storages under the browser's locks, and sessions that begin by themselves. */
import { afterEach, expect, test } from "vitest";
import { keyOf } from "../../client-web/kept.ts";
import { GuestBook, type StoredGuest } from "../../client-web/player/guest-book.ts";
import { PagePlayer } from "../../client-web/player/player.ts";
import { ApiError } from "../../shared/client/api.ts";
import { deviceKey } from "../../shared/wire/sessions.ts";

/** As of one browser: its tabs share the storage and the locks. */
class Browser {
  readonly device = new MemoryStorage();
  readonly #held = new Map<string, Promise<unknown>>();
  readonly #tabs: { release: () => void }[] = [];

  /** A tab with its own storage; a reload keeps that. */
  tab(tab = new MemoryStorage(), hasLocks = true) {
    const closed = Promise.withResolvers<void>();
    const request = async (
      name: string,
      { ifAvailable, signal }: LockOptions,
      then: (lock: Lock | null) => unknown,
    ) => {
      for (let holder = this.#held.get(name); holder; holder = this.#held.get(name)) {
        if (ifAvailable) return then(null);
        const tooLong = new Promise<never>((_, reject) =>
          signal?.addEventListener("abort", () => reject(new Error("AbortError"))),
        );
        await Promise.race([holder, tooLong]);
      }
      const held = Promise.race([closed.promise, then({ name, mode: "exclusive" })]);
      this.#held.set(name, held);
      await held;
      this.#held.delete(name);
    };
    const locks = hasLocks ? ({ request } as unknown as LockManager) : undefined;
    const close = () => closed.resolve();
    this.#tabs.push({ release: close });
    return { book: new GuestBook({ device: this.device, tab, locks }), storage: tab, close };
  }

  /** Every tab is closed, and its locks are free. */
  async quit(): Promise<void> {
    for (const { release } of this.#tabs) release();
    await Promise.all(this.#held.values());
  }
}

class MemoryStorage implements Storage {
  readonly #values = new Map<string, string>();
  readonly [name: string]: unknown;
  get length() {
    return this.#values.size;
  }
  clear = () => this.#values.clear();
  getItem = (key: string) => this.#values.get(key) ?? null;
  key = (index: number) => [...this.#values.keys()][index] ?? null;
  removeItem = (key: string) => void this.#values.delete(key);
  setItem = (key: string, value: string) => void this.#values.set(key, value);
}

let browser = new Browser();
afterEach(async () => {
  await browser.quit();
  browser = new Browser();
});

const guest = (name: string): StoredGuest => ({
  ...{ userId: `guest:${name}`, token: `token of ${name}`, name },
  ...{ refreshToken: `refresh token of ${name}`, refreshAtMs: 0 },
});

test("a reload and a new tab of tomorrow are the same guest", async () => {
  const first = browser.tab();
  expect(await first.book.open()).toBeUndefined();
  await first.book.add(guest("Ada"));
  first.close();
  expect(await browser.tab(first.storage).book.open()).toEqual(guest("Ada"));
  await browser.quit();
  expect(await browser.tab().book.open()).toEqual(guest("Ada"));
});

test("a second tab is another player, and both are who they were afterwards", async () => {
  await browser.tab().book.add(guest("Ada"));
  const second = browser.tab();
  expect(await second.book.open()).toBeUndefined();
  await second.book.add(guest("Bo"));
  await browser.quit();
  const names = [await browser.tab().book.open(), await browser.tab().book.open()].map((each) => each?.name);
  expect(names.sort()).toEqual(["Ada", "Bo"]);
});

test("a tab that was copied with its storage is another player", async () => {
  const first = browser.tab();
  await first.book.add(guest("Ada"));
  const copy = new MemoryStorage();
  copy.setItem("holdfast-guest", first.storage.getItem("holdfast-guest")!);
  expect(await browser.tab(copy).book.open()).toBeUndefined();
});

test("without locks every tab is a player of its own, and a reload is still the same", async () => {
  const first = browser.tab(undefined, false);
  await first.book.add(guest("Ada"));
  expect(await browser.tab(first.storage, false).book.open()).toEqual(guest("Ada"));
  expect(await browser.tab(undefined, false).book.open()).toBeUndefined();
});

test("what a storage holds of another version is nothing", async () => {
  browser.device.setItem("holdfast-guests", '[{"name":1}]');
  expect(await browser.tab().book.open()).toBeUndefined();
});

/** A server that counts the sessions it began, and refuses the tokens that it is told to. */
function server() {
  const begun: string[] = [];
  const devices: string[] = [];
  const refused = new Set<string>();
  /** User ids whose sessions were ended. */
  const over = new Set<string>();
  let refreshes = 0;
  const fakeFetch = async (url: URL, { body }: RequestInit) => {
    const { name, device, refreshToken } = JSON.parse(String(body)) as Record<string, string>;
    const expiresInSeconds = 3600;
    if (url.pathname.endsWith("/refresh")) {
      const userId = refreshToken!.slice("refresh of ".length);
      if (over.has(userId)) return Response.json({ code: "session/revoked" }, { status: 401 });
      const token = `${userId}, refreshed ${++refreshes}`;
      return Response.json({ token, userId, refreshToken, expiresInSeconds });
    }
    begun.push(name!);
    devices.push(device!);
    const userId = `guest:${begun.length}`;
    const tokens = { token: `t${begun.length}`, refreshToken: `refresh of ${userId}`, expiresInSeconds };
    return Response.json({ ...tokens, userId, name }, { status: 201 });
  };
  const question = async ({ token }: { token: string }) => {
    if (!refused.has(token)) return token;
    throw new ApiError({ code: "session/expired", status: 401, message: "over" });
  };
  return {
    access: { url: "http://server.test", fetch: fakeFetch as typeof fetch },
    begun,
    devices,
    refused,
    over,
    question,
  };
}

test("a session begins with the first question, once, and with the typed name", async () => {
  const { access, begun, question } = server();
  const player = await PagePlayer.open(access, browser.tab().book);
  await player.rename("  Ada ");
  expect(begun).toEqual([]);
  expect(await Promise.all([player.as(question), player.as(question)])).toEqual(["t1", "t1"]);
  expect(begun).toEqual(["Ada"]);
  expect(player.userId).toBe("guest:1");
});

test("every guest of a browser is begun with its device key, another browser's with another", async () => {
  const { access, devices, question } = server();
  for (const name of ["Ada", "Bo"]) {
    const player = await PagePlayer.open(access, browser.tab().book);
    await player.rename(name);
    await player.as(question);
  }
  await (await PagePlayer.open(access, new Browser().tab().book)).as(question);
  const [one, other, elsewhere] = devices;
  expect(deviceKey.parse(one)).toBe(other);
  expect(deviceKey.parse(elsewhere)).not.toBe(one);
});

test("a token that ran out is refreshed, the question asked again, and the guest kept with the new one", async () => {
  const { access, begun, refused, question } = server();
  const player = await PagePlayer.open(access, browser.tab().book);
  await player.as(question);
  refused.add("t1");
  expect(await Promise.all([player.as(question), player.as(question)])).toEqual([
    "guest:1, refreshed 1",
    "guest:1, refreshed 1",
  ]);
  expect(begun).toEqual(["Player"]);
  await browser.quit();
  expect((await browser.tab().book.open())?.token).toBe("guest:1, refreshed 1");
});

test("a page that opens refreshes the session that its player has", async () => {
  const { access, question } = server();
  const first = browser.tab();
  await (await PagePlayer.open(access, first.book)).as(question);
  first.close();
  const player = await PagePlayer.open(access, browser.tab(first.storage).book);
  await expect.poll(() => player.as(question), { timeout: 10_000 }).toBe("guest:1, refreshed 1");
  expect(player.userId).toBe("guest:1");
});

test("a session that is over leads to a new one and the same question again", async () => {
  const { access, begun, refused, over, question } = server();
  const player = await PagePlayer.open(access, browser.tab().book);
  await player.as(question);
  refused.add("t1");
  over.add("guest:1");
  expect(await player.as(question)).toBe("t2");
  expect(begun).toEqual(["Player", "Player"]);
  await browser.quit();
  const tomorrow = await PagePlayer.open(access, browser.tab().book);
  expect(tomorrow.userId).toBe("guest:2");
});

test("another name is another guest, and an earlier name is that guest again", async () => {
  const { access, begun, question } = server();
  const player = await PagePlayer.open(access, browser.tab().book);
  await player.rename("Ada");
  await player.as(question);
  await player.rename("Bo");
  expect(await player.as(question)).toBe("t2");
  await player.rename("Ada");
  expect(await player.as(question)).toBe("t1");
  expect(begun).toEqual(["Ada", "Bo"]);
});

test("pages of servers behind two paths of one host are nobody to each other", () => {
  const keys = ["/", "/index.html", "/game/", "/game/index.html", "/other/"].map((pathname) =>
    keyOf("holdfast-guest", { pathname }),
  );
  expect(new Set(keys)).toEqual(new Set(["holdfast-guest", "holdfast-guest /game", "holdfast-guest /other"]));
});
