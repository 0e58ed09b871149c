/**
 * Hostile HTTP: requests by the server's own description with nearly valid values, and the text of requests with small
 * changes. Pure; the dice decide.
 */
import type { Dice } from "./dice.ts";
import { mutated } from "./mutate.ts";
import type { TargetRequest } from "./target.ts";

interface Operation {
  readonly method: string;
  /** The path, with `{name}` for a parameter. */
  readonly path: string;
}

export interface RequestGrammar {
  readonly game: string;
  readonly operations: readonly Operation[];
}

/** @param description the server's /openapi.json; @param game of the attacked matches */
export function requestGrammar(description: { paths: Record<string, object> }, game: string): RequestGrammar {
  const described = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
  const room = ["joinOrCreate", "join", "create", "joinById", "reconnect"];
  const matchmake = room.map((method) => ({ method: "POST", path: `/matchmake/${method}/{room}` }));
  const others = ["/", "/healthz", "/readyz", "/docs", "/openapi.json", "/internal/route", "/admin/users"];
  return {
    game,
    operations: [...described, ...matchmake, ...others.map((path) => ({ method: "GET", path }))],
  };
}

const otherWords = ["arena-duel", "x", "0", "-1", "null", "%00", "%2e%2e", "%zz", "a".repeat(300), "é", ""];
const wordsOf = ({ game }: RequestGrammar) => [game, ...otherWords];
const methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"];
const bodyTypes = [
  "application/json",
  "text/plain",
  "application/json; charset=utf-16",
  "multipart/form-data",
  "",
];
const fields = [
  "name",
  "game",
  "matchId",
  "spectate",
  "options",
  "queue",
  "partyId",
  "regions",
  "roles",
  "invite",
];
const nestedMax = 200;

/** @param token a session's token, for routes that need one */
export function hostileRequest(
  grammar: RequestGrammar,
  token: string | undefined,
  dice: Dice,
): TargetRequest {
  const { method, path } = dice.pick(grammar.operations);
  const filled = path.replace(/\{\w+\}/g, () => encoded(dice.pick(wordsOf(grammar)), dice));
  const asked = dice.oneIn(8) ? dice.pick(methods) : method;
  const takesBody = asked !== "GET" && asked !== "HEAD" && asked !== "TRACE";
  const headers: Record<string, string> = { "idempotency-key": `fuzz-${dice.uint32()}` };
  if (token !== undefined) headers.authorization = `Bearer ${dice.oneIn(10) ? token.slice(0, -3) : token}`;
  if (takesBody) headers["content-type"] = dice.oneIn(5) ? dice.pick(bodyTypes) : "application/json";
  if (dice.oneIn(10)) headers["x-forwarded-for"] = dice.pick(["::", "1.2.3.4, 5.6.7.8", "x".repeat(500)]);
  const query = dice.oneIn(4) ? `?${dice.pick(fields)}=${encoded(dice.pick(wordsOf(grammar)), dice)}` : "";
  return { method: asked, path: filled + query, headers, body: takesBody ? body(grammar, dice) : undefined };
}

/** The text of a request as no client library would send it. */
export function hostileText(grammar: RequestGrammar, dice: Dice): string {
  const { method, path } = dice.pick(grammar.operations);
  const lines = [`${method} ${path} HTTP/1.1`, "Host: 127.0.0.1", "Content-Type: application/json"];
  const text = Buffer.from(`${lines.join("\r\n")}\r\nContent-Length: ${dice.below(50)}\r\n\r\n{"name":"x"}`);
  return mutated(text, [text], dice).toString("latin1");
}

/** Node's client refuses characters that are not allowed in a path; the text attack sends those. */
function encoded(word: string, dice: Dice): string {
  return dice.oneIn(2) ? encodeURIComponent(word) : word.replace(/[^!-~]/g, "_");
}

function body(grammar: RequestGrammar, dice: Dice): string | Buffer {
  switch (dice.below(6)) {
    case 0:
      return `${"[".repeat(dice.below(nestedMax))}${"]".repeat(dice.below(nestedMax))}`;
    case 1:
      return dice.bytes(dice.below(200));
    case 2:
      return JSON.stringify({ name: "x".repeat(dice.below(40_000)) });
    case 3:
      return mutated(
        Buffer.from(`{"game":"${grammar.game}","options":{"durationSeconds":60}}`),
        [Buffer.from("{}")],
        dice,
      );
    default:
      return JSON.stringify(object(grammar, dice, 3));
  }
}

function object(grammar: RequestGrammar, dice: Dice, depth: number): object {
  const entries = Array.from({ length: dice.below(6) }, () => [
    dice.pick(fields),
    value(grammar, dice, depth),
  ]);
  return Object.fromEntries(entries) as object;
}

function value(grammar: RequestGrammar, dice: Dice, depth: number): unknown {
  const kind = dice.below(depth > 0 ? 6 : 4);
  if (kind === 0) return dice.pick(wordsOf(grammar));
  if (kind === 1) return dice.pick([0, -1, 1.5, 1e308, 2 ** 53, null, true]);
  if (kind === 2) return grammar.game;
  if (kind === 3) return "x".repeat(dice.below(3000));
  return kind === 4
    ? object(grammar, dice, depth - 1)
    : Array.from({ length: dice.below(4) }, () => value(grammar, dice, depth - 1));
}
