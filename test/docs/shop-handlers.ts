/** The handlers of docs/asks.md, with SQLite. The page shows this code. */
import { DatabaseSync } from "node:sqlite";
import { defineHandlers } from "../../doors/server.ts";
import { shop } from "./shop-game.ts";

const database = new DatabaseSync(process.env["SHOP_DATABASE"] ?? "shop.db", { timeout: 5000 });
database.exec(`
  pragma journal_mode = wal;
  create table if not exists accounts (user text primary key, coins integer not null default 100);
  create table if not exists purchases (key text primary key, user text, item text, coins integer);
  create table if not exists results (key text primary key, match text, result text);
`);
const open = database.prepare("insert into accounts (user) values (?) on conflict do nothing");
const account = database.prepare("select coins from accounts where user = ?");
const itemsOf = database.prepare("select item from purchases where user = ? order by rowid");
const earlier = database.prepare("select coins from purchases where key = ?");
const pay = database.prepare(
  "update accounts set coins = coins - 30 where user = ? and coins >= 30 returning coins",
);
const book = database.prepare("insert into purchases (key, user, item, coins) values (?, ?, ?, ?)");
const save = database.prepare("insert into results values (?, ?, ?) on conflict do nothing");

export const games = [shop];

export const handlers = defineHandlers(shop, {
  profile({ payload: { user } }) {
    open.run(user);
    const { coins } = account.get(user) as { coins: number };
    return { coins, items: itemsOf.all(user).map(({ item }) => item as "sword" | "shield") };
  },

  buy({ key, payload: { user, item } }) {
    database.exec("begin immediate");
    try {
      // This call was answered before, and its answer was lost: the same one again.
      const before = earlier.get(key) as { coins: number } | undefined;
      const paid = before ?? (pay.get(user) as { coins: number } | undefined);
      if (paid !== undefined && before === undefined) book.run(key, user, item, paid.coins);
      database.exec("commit");
      if (paid !== undefined) return { bought: true, coins: paid.coins };
      return { bought: false, coins: (account.get(user) as { coins: number }).coins };
    } catch (error) {
      database.exec("rollback");
      throw error;
    }
  },

  save({ key, matchId, payload }) {
    save.run(key, matchId, JSON.stringify(payload));
    return null;
  },
});
