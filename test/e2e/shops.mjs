/**
 * The shop of docs/asks.md twice, for a server under test: over SQLite with the handlers of that page, and over PostgreSQL.
 * Every handler takes a moment before and after its commit, and loses some answers, so that kills fall in between.
 */
import { randomInt } from "node:crypto";
import pg from "pg";
import { defineHandlers } from "../../doors/server.ts";
import { shop } from "../docs/shop-game.ts";
import { handlers as onSqlite } from "../docs/shop-handlers.ts";

const pool = new pg.Pool({ host: process.env["SHOP_POSTGRES"], user: "shop", database: "postgres", max: 8 });
// A connection that breaks while nobody uses it.
pool.on("error", () => {});

const other = { ...shop, name: "shop-on-postgres" };

const profileOf = async ({ payload: { user } }) => {
  await pool.query('insert into accounts ("user") values ($1) on conflict do nothing', [user]);
  const account = await pool.query('select coins from accounts where "user" = $1', [user]);
  const bought = await pool.query('select item from purchases where "user" = $1 order by at', [user]);
  return { coins: account.rows[0].coins, items: bought.rows.map(({ item }) => item) };
};

/** Another call under the same key waits for the row of this one. */
const buy = async ({ key, payload: { user, item } }) => {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const booked = await client.query(
      'insert into purchases (key, "user", item) values ($1, $2, $3) on conflict do nothing returning key',
      [key, user, item],
    );
    const { rows } =
      booked.rowCount === 1
        ? await client.query(
            'update accounts set coins = coins - 30 where "user" = $1 and coins >= 30 returning coins',
            [user],
          )
        : await client.query("select coins from purchases where key = $1", [key]);
    if (booked.rowCount === 1 && rows.length > 0)
      await client.query("update purchases set coins = $2 where key = $1", [key, rows[0].coins]);
    await client.query(rows.length > 0 ? "commit" : "rollback");
    return rows.length > 0 ? { bought: true, coins: rows[0].coins } : { bought: false, coins: 0 };
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  } finally {
    client.release();
  }
};

const save = async ({ key, matchId, payload }) => {
  const row = [key, matchId, JSON.stringify(payload)];
  await pool.query("insert into results values ($1, $2, $3) on conflict do nothing", row);
  return null;
};

/** Some milliseconds, more when the machine is busy. */
const turns = async () => {
  for (let left = randomInt(2000); left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
};

const hesitant = (handlers) =>
  Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      async (call) => {
        await turns();
        const answer = await handler(call);
        await turns();
        if (randomInt(8) === 0) throw new Error("the answer was lost");
        return answer;
      },
    ]),
  );

export const games = [shop, other];
export const handlers = {
  ...defineHandlers(shop, hesitant(onSqlite.shop)),
  ...defineHandlers(other, hesitant({ profile: profileOf, buy, save })),
};
