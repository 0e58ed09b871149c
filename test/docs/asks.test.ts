/** The page about asks is true: its code is the files that are tested here, the handlers with a database of SQLite. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, expectTypeOf, test } from "vitest";
import { play } from "../../doors/testkit.ts";
import { type HandlersOf, nowhere } from "../../shared/game/handlers.ts";
import { shop } from "./shop-game.ts";

const directory = mkdtempSync(join(tmpdir(), "holdfast-asks-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function handlersOnDisk(): Promise<typeof import("./shop-handlers.ts").handlers> {
  process.env["SHOP_DATABASE"] = join(directory, "shop.db");
  try {
    return (await import("./shop-handlers.ts")).handlers;
  } finally {
    delete process.env["SHOP_DATABASE"];
  }
}

test("docs/asks.md shows the code that is tested here, to the letter", () => {
  const page = readFileSync(new URL("../../docs/asks.md", import.meta.url), "utf8");
  for (const file of ["shop-game.ts", "shop-handlers.ts"]) {
    const [, body = ""] = readFileSync(new URL(file, import.meta.url), "utf8").split(/^\/\*\*.*\*\/\n/);
    expect(page).toContain(body.replaceAll(/\.\.\/\.\.\/doors\/(\w+)\.ts/g, "holdfast/$1").trim());
  }
});

test("[P4.10] its shop is played by hand and by its handlers, and every tick leads to the same World again", async () => {
  const handlers = await handlersOnDisk();
  const match = play(shop);
  const ada = match.join("Ada");
  match.tick();
  expect(match.asks).toMatchObject([{ id: 1, name: "profile", payload: { seat: 0, user: "user-1" } }]);
  await match.carryOut(handlers);
  expect(match.asks).toEqual([]);
  match.tick();
  match.command(ada, "buy", { item: "sword" });
  match.command(ada, "buy", { item: "shield" });
  expect(match.tick()).toEqual([{ ok: true }, { ok: false, reason: "one thing after the other" }]);
  for (const item of ["shield", "sword", "shield"]) {
    await match.carryOut(handlers);
    match.command(ada, "buy", { item });
    match.tick();
  }
  await match.carryOut(handlers);
  match.tick();
  expect(match.seen).toEqual({
    players: { 0: { name: "Ada", coins: 10, items: ["sword", "shield", "sword"] } },
  });
  match.leave(ada);
  const ben = match.join("Ben");
  match.tick();
  const { id } = match.asks[0]!;
  expect(() => match.answer(id, { coins: 1.5, items: [] })).toThrow(
    'shop, ask "profile": its answer is refused',
  );
  expect(() => match.answer(99, {})).toThrow("no ask 99 waits");
  match.answer(id, { coins: 40, items: ["shield"] });
  match.command(ben, "close");
  match.tick();
  expect(match.outcome).toMatchObject({ players: [{ name: "Ben", numbers: { items: 1 } }] });
  expect(match.asks).toMatchObject([{ name: "save", payload: [{ user: "user-2", items: 1 }] }]);
  match.verify();
});

test("a purchase whose key was booked before costs nothing more, and has the same answer", async () => {
  const { shop: named } = await handlersOnDisk();
  const handlers = named as HandlersOf<typeof shop>;
  const { signal } = new AbortController();
  const call = { key: "m-1-00", matchId: "m", attempt: 1, signal, locate: nowhere };
  const payload = { seat: 0, user: "eve", item: "sword" } as const;
  await handlers.profile({ ...call, payload });
  const first = await handlers.buy({ ...call, payload });
  expect(first).toEqual({ bought: true, coins: 70 });
  expect(await handlers.buy({ ...call, payload, attempt: 2 })).toEqual(first);
  expect(await handlers.profile({ ...call, payload })).toEqual({ coins: 70, items: ["sword"] });
});

test("payloads, answers and handlers have the types that the game declares", () => {
  type Call = Parameters<HandlersOf<typeof shop>["buy"]>[0];
  expectTypeOf<Call["payload"]>().toEqualTypeOf<{ seat: number; user: string; item: "sword" | "shield" }>();
  // @ts-expect-error one is missing
  const tooFew: HandlersOf<typeof shop> = { profile: () => ({ coins: 1, items: [] }), save: () => null };
  // @ts-expect-error no such answer
  const wrong: HandlersOf<typeof shop>["save"] = () => 7;
  expect([tooFew, wrong]).toHaveLength(2);
});
