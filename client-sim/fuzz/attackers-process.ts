/**
 * The process of the attackers: it makes tries of every kind, several at the same time, until it is told to stop. It
 * reports what it did, and what was under way when something broke. It ends with its parent.
 */
import { joinMatch } from "../../shared/client/follow-match.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { RandomBrain } from "../bots/any-game/random-brain.ts";
import { someCommand } from "../bots/any-game/random-payload.ts";
import { quietSdk } from "../bots/quiet-sdk.ts";
import { endWithParent } from "../processes/ends-with-us.ts";
import { type GameArguments, playedGame } from "../which-game.ts";
import { type Ammunition, type AttackKind, attacks } from "./attacks.ts";
import { Dice } from "./dice.ts";
import { requestGrammar } from "./requests.ts";
import { Target, type TrafficCounts } from "./target.ts";

/** Tries of each kind that run at the same time. A kind that was not requested leaves its share to the others. */
const shares: Readonly<Record<AttackKind, number>> = { frames: 12, requests: 6, joins: 6, returns: 4 };
const sayEveryMs = 250;
const lastMax = 40;

export interface AttackOrder {
  readonly url: string;
  readonly asked: GameArguments;
  readonly seed: number;
  readonly kinds: readonly AttackKind[];
  readonly matches: readonly string[];
  /** Number of the first try of each kind. */
  readonly first: number;
  /** Tries of each kind; 0 means until it is told to stop. */
  readonly tries: number;
}

export interface AttackNews {
  readonly counts: TrafficCounts;
  readonly findings: readonly string[];
  /** The latest tries, as `kind number`. */
  readonly last: readonly string[];
  /** True in the last report. */
  readonly done: boolean;
}

const last: string[] = [];
let stopping = false;
let saying: NodeJS.Timeout | undefined;

endWithParent();
process.on("message", (message: AttackOrder | "stop") => {
  if (message === "stop") stopping = true;
  else void attackAll(message);
});

async function attackAll(order: AttackOrder): Promise<void> {
  quietSdk();
  const { game } = await playedGame(order.asked);
  const target = new Target(order.url, { game: game.name, matches: order.matches });
  const say = (done: boolean) =>
    process.send?.({ counts: target.counts, findings: target.findings, last, done } satisfies AttackNews);
  const ammunition = await prepared(order, game);
  saying = setInterval(() => say(false), sayEveryMs);
  const lines = order.kinds.flatMap((kind) => {
    let next = order.first;
    const end = order.tries === 0 ? Number.POSITIVE_INFINITY : order.first + order.tries;
    return Array.from({ length: atOnce(kind, order.kinds) }, async () => {
      while (!stopping && next < end) await attack(kind, next++, { target, ammunition, seed: order.seed });
    });
  });
  await Promise.all(lines);
  clearInterval(saying);
  target.close();
  say(true);
}

function atOnce(kind: AttackKind, kinds: readonly AttackKind[]): number {
  const sum = (of: readonly AttackKind[]) => of.reduce((total, each) => total + shares[each], 0);
  return Math.round((shares[kind] * sum(Object.keys(shares) as AttackKind[])) / sum(kinds));
}

async function attack(
  kind: AttackKind,
  number: number,
  { target, ammunition, seed }: { target: Target; ammunition: Ammunition; seed: number },
): Promise<void> {
  last.push(`${kind} ${number}`);
  if (last.length > lastMax) last.shift();
  await attacks[kind](target, Dice.of(seed, kind, number), ammunition);
}

/** Recorded messages of an honest client, and the requests that the server describes. */
async function prepared({ url, matches, seed }: AttackOrder, game: AnyGame): Promise<Ammunition> {
  const recorded: Buffer[] = [];
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (this: WebSocket, data: Uint8Array) {
    recorded.push(Buffer.from(data));
    send.call(this, data as Uint8Array<ArrayBuffer>);
  } as typeof send;
  const where = { matchId: matches[0]! };
  // All seats of a small game are taken: then it is recorded as a spectator.
  const place = { url, game: game.name, name: "Recorder" };
  const connection = await joinMatch({ ...place, ...where }).catch(() =>
    joinMatch({ ...place, ...where, spectate: true }),
  );
  const random = { random: seed };
  const brain = new RandomBrain(game, { random });
  for (let step = 0; step < 5; step++) {
    const { input } = brain.next({}, 0, true);
    if (input !== undefined) connection.sendInput(input as never);
  }
  const command = someCommand(game, random);
  if (command !== undefined) await connection.command(command.name, command.payload).catch(() => {});
  await connection.leave();
  WebSocket.prototype.send = send;
  const described = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, object> };
  return { recorded, grammar: requestGrammar(described, game.name) };
}
