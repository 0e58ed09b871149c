/**
 * A shop whose server is killed again and again while players buy, over real databases: SQLite, with the handlers that
 * docs/asks.md shows, and PostgreSQL. What a player was told is booked, once; each result is saved, once.
 */
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { joinMatch, type MatchConnection } from "../../shared/client/follow-match.ts";
import type { StateOf } from "../../shared/game/view/kind.ts";
import { toolForTest } from "../../tools/ensure-tool.ts";
import { shop } from "../docs/shop-game.ts";
import { temporaryDirectory } from "../durability/data-directory.ts";
import { startPostgres } from "./postgres.ts";
import { eventually } from "./server-child.ts";
import { startTestServer } from "./server-process.ts";

const module = fileURLToPath(new URL("shops.mjs", import.meta.url));
const kills = 3;
/** So that nobody runs out of them. */
const coinsAtFirst = 9000;

const tables = `
  create table accounts ("user" text primary key, coins integer not null default ${coinsAtFirst});
  create table purchases (key text primary key, "user" text, item text, coins integer`;
const results = "create table results (key text primary key, match text, result text);";
const booked = `select a."user", a.coins, count(p.key) from accounts a left join purchases p on p."user" = a."user"
  group by a."user", a.coins`;

type ShopConnection = MatchConnection<{ seq: number }, StateOf<never>>;

interface Customer {
  readonly name: string;
  readonly connection: ShopConnection;
  /** Purchases that the server said yes to. */
  accepted: number;
}

const seenBy = ({ name, connection }: Customer) =>
  Object.values(shop.view.read(connection.view as never).players).find((each) => each.name === name);

async function customer(url: string, game: string, name: string, matchId?: string): Promise<Customer> {
  const connection = await joinMatch({ url, game, name, ...(matchId !== undefined && { matchId }) });
  return { name, connection: connection as never, accepted: 0 };
}

async function buys(each: Customer, until: { isOver: boolean }): Promise<void> {
  while (!until.isOver) {
    const answer = await each.connection.command("buy", { item: randomInt(2) === 0 ? "sword" : "shield" });
    if (answer.ok) each.accepted += 1;
    else await new Promise((resolve) => setImmediate(resolve));
  }
}

it("[P2.13] [P5.16] [P5.17] each purchase is booked once, each profile loaded, each result saved once, over SQLite and PostgreSQL, however often the server is killed", async (test) => {
  await using postgres = await startPostgres(await toolForTest("postgres", test));
  const directory = temporaryDirectory();
  const file = join(directory.path, "shop.db");
  const sqlite = new DatabaseSync(file, { timeout: 5000 });
  sqlite.exec(`${tables}); ${results}`);
  await postgres.query(`${tables}, at serial); ${results}`);
  Object.assign(process.env, { SHOP_DATABASE: file, SHOP_POSTGRES: postgres.host });
  await using started = await startTestServer({
    supervised: true,
    args: ["--games", module, "--log-level", "error"],
  });
  const { server, url } = started;

  const customers: Customer[] = [];
  for (const game of [shop.name, "shop-on-postgres"]) {
    const first = await customer(url, game, `${game}-ada`);
    customers.push(first, await customer(url, game, `${game}-ben`, first.connection.matchId));
  }
  const until = { isOver: false };
  const total = () => customers.reduce((sum, { accepted }) => sum + accepted, 0);
  const buying = customers.map((each) => buys(each, until));
  for (let kill = 1; kill <= kills; kill++) {
    // From here on any moment is as good as another.
    const enough = total() + 2 + randomInt(10);
    await eventually(() => total() >= enough || undefined, { what: "buying", everyMs: randomInt(1, 50) });
    server.kill();
    await server.ready(30_000);
  }
  await eventually(() => customers.every(({ accepted }) => accepted > 5) || undefined, { what: "buying" });
  until.isOver = true;
  await Promise.all(buying);

  // All that was asked has come back: the World has what each was told yes to.
  for (const each of customers)
    await eventually(() => seenBy(each)?.items.length === each.accepted || undefined, {
      what: `${each.name}: ${each.accepted} purchases`,
    });
  const seen = customers.map((each) => [seenBy(each)!.coins, each.accepted]);
  expect(seen).toEqual(customers.map(({ accepted }) => [coinsAtFirst - 30 * accepted, accepted]));

  for (const at of [0, 2]) void customers[at]!.connection.command("close", {}).catch(() => {});
  await eventually(() => randomInt(3) === 0 || undefined, { everyMs: 20 });
  server.kill();
  for (const { connection } of customers)
    await eventually(() => connection.state.kind === "over" || undefined, { what: "the end" });

  const inSqlite = sqlite
    .prepare(booked)
    .all()
    .map((row) => Object.values(row).map(String));
  const rows = [...inSqlite, ...(await postgres.query(booked))];
  const numbers = rows.map(([, coins, count]) => [Number(coins), Number(count)]);
  expect(numbers.toSorted()).toEqual(seen.toSorted());
  const saved = [
    ...sqlite
      .prepare("select match, result from results")
      .all()
      .map((row) => Object.values(row).map(String)),
    ...(await postgres.query("select match, result from results")),
  ];
  expect(saved.map(([match]) => match)).toEqual([0, 2].map((at) => customers[at]!.connection.matchId));
  const items = saved.flatMap(([, result]) =>
    (JSON.parse(result!) as { items: number }[]).map((each) => each.items),
  );
  expect(items).toEqual(customers.map(({ accepted }) => accepted));
  sqlite.close();
  directory.remove();
});
