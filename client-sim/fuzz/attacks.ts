/**
 * The four kinds of attack: messages of a client that is in a match, requests, joins that are cut at every step, and
 * returns in every order. Each try has its own dice, ends by itself and leaves nothing open.
 */
import type { SeatReservation } from "../../shared/wire/api.ts";
import type { Dice } from "./dice.ts";
import { hostileMessage } from "./frames.ts";
import { framed, RawSocket } from "./raw-socket.ts";
import { hostileRequest, hostileText, type RequestGrammar } from "./requests.ts";
import { type Target, targetOf } from "./target.ts";

export const attackKinds = ["frames", "requests", "joins", "returns"] as const;
export type AttackKind = (typeof attackKinds)[number];

export interface Ammunition {
  /** Messages of a real session. */
  readonly recorded: readonly Buffer[];
  readonly grammar: RequestGrammar;
}

export type Attack = (target: Target, dice: Dice, ammunition: Ammunition) => Promise<void>;

/** Below the limit of messages in a second, so that the server judges their content and not their number. */
const messagesMax = 150;
const requestsMax = 20;
const quietMsMax = 300;
const joinAnswer = Buffer.of(10);

export const attacks: Readonly<Record<AttackKind, Attack>> = {
  frames: async (target, dice, { recorded }) => {
    const from = target.address(dice);
    const socket = await seated(target, from, dice);
    if (socket === undefined) return;
    // Some never confirm the join.
    if (!dice.oneIn(5)) socket.message(joinAnswer);
    for (let left = 1 + dice.below(messagesMax); left > 0 && !socket.closed; left--) {
      target.counts.frames += 1;
      if (dice.oneIn(12)) socket.write(oddFrame(hostileMessage(recorded, dice), dice));
      else socket.message(hostileMessage(recorded, dice));
      if (dice.oneIn(8)) await socket.until(() => false, 1);
    }
    await socket.until(() => socket.closed, quietMsMax);
    socket.end(dice.pick(["reset", "close", "goodbye"]));
  },

  requests: async (target, dice, { grammar }) => {
    const from = target.address(dice);
    const token = dice.oneIn(3) ? undefined : await target.session(from);
    for (let left = 1 + dice.below(requestsMax); left > 0; left--) {
      target.counts.requests += 1;
      if (dice.oneIn(6)) await rawRequest(target, from, hostileText(grammar, dice));
      else if (dice.oneIn(30)) await rawRequest(target, from, manyAtOnce(dice));
      else await target.ask(from, hostileRequest(grammar, token, dice));
    }
  },

  joins: async (target, dice) => {
    const from = target.address(dice);
    const token = await target.session(from);
    const reservation = token && (await target.reserve(from, token, dice));
    if (!reservation) return;
    target.counts.joinsCut += 1;
    await cutJoin(target, { from, reservation }, dice);
  },

  returns: async (target, dice) => {
    const from = target.address(dice);
    const session = await target.session(from);
    const reservation = session && (await target.reserve(from, session, dice));
    if (!reservation) return;
    const first = await opened(target, from, targetOf(reservation));
    await first.until(() => first.token !== undefined);
    const { token } = first;
    if (dice.oneIn(3)) first.message(joinAnswer);
    if (token !== undefined) await comeBackOddly(target, { from, reservation, token, first }, dice);
    first.end("close");
  },
};

async function seated(target: Target, from: string, dice: Dice): Promise<RawSocket | undefined> {
  const token = await target.session(from);
  const reservation = token && (await target.reserve(from, token, dice));
  if (!reservation) return undefined;
  const socket = await opened(target, from, targetOf(reservation));
  await socket.until(() => socket.token !== undefined, quietMsMax);
  return socket;
}

async function opened({ host, port }: Target, localAddress: string, path: string): Promise<RawSocket> {
  const socket = new RawSocket({ host, port, localAddress });
  socket.ask(path, `${host}:${port}`);
  await socket.until(() => socket.upgraded);
  return socket;
}

/** Ends a join at one of its steps, in one of the ways that connections end. */
async function cutJoin(
  { host, port }: Target,
  { from, reservation }: { from: string; reservation: SeatReservation },
  dice: Dice,
): Promise<void> {
  const step = dice.below(6);
  const socket = new RawSocket({ host, port, localAddress: from });
  if (step === 0) socket.write(`GET ${targetOf(reservation).slice(0, 5 + dice.below(30))}`);
  else socket.ask(targetOf(reservation), `${host}:${port}`);
  if (step >= 2) await socket.until(() => socket.upgraded);
  if (step >= 3) await socket.until(() => socket.token !== undefined);
  if (step >= 4) socket.message(joinAnswer);
  if (step >= 5) await socket.until(() => false, dice.below(80));
  else if (dice.oneIn(2)) await socket.until(() => false, dice.below(5));
  socket.end(dice.pick(["reset", "close", "goodbye"]));
}

/** Returns with old sockets left open, two at once, with used tokens, and with leaves in between. */
async function comeBackOddly(
  target: Target,
  {
    from,
    reservation,
    token,
    first,
  }: { from: string; reservation: SeatReservation; token: string; first: RawSocket },
  dice: Dice,
): Promise<void> {
  const sockets = [first];
  for (let steps = 2 + dice.below(5); steps > 0; steps--) {
    target.counts.returns += 1;
    const shown = dice.oneIn(6) ? `${token.slice(0, -1)}x` : token;
    const query = `&reconnectionToken=${shown}${dice.oneIn(3) ? "" : "&skipHandshake=true"}`;
    const back = opened(target, from, targetOf(reservation, query));
    const last = sockets.at(-1)!;
    const what = dice.below(5);
    if (what === 0) last.end(dice.pick(["reset", "close", "goodbye"]));
    if (what === 1) last.message(Buffer.of(12));
    if (what === 2) (await back).end("reset");
    if (what === 3) await back;
    const socket = await back;
    if (dice.oneIn(2)) await socket.until(() => socket.token !== undefined, 100);
    if (dice.oneIn(2)) socket.message(joinAnswer);
    sockets.push(socket);
  }
  for (const socket of sockets) socket.end(dice.pick(["reset", "close"]));
}

/** A malformed frame: a fragment, text, a header with a wrong length, no mask. */
function oddFrame(payload: Buffer, dice: Dice): Buffer {
  const opcode = dice.pick(["text", "ping", "pong", "continuation", "binary", "close"] as const);
  return framed(payload, {
    opcode,
    final: !dice.oneIn(3),
    masked: !dice.oneIn(4),
    ...(dice.oneIn(3) && { length: dice.below(65_536) }),
  });
}

/** Requests that wait for no answer, up to what a server reads in one turn. */
function manyAtOnce(dice: Dice): string {
  const target = dice.pick(["/v1/matches", "/healthz", "/nowhere", "*"]);
  return `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(2 + dice.below(2000));
}

async function rawRequest({ host, port }: Target, localAddress: string, text: string): Promise<void> {
  const socket = new RawSocket({ host, port, localAddress });
  socket.write(text);
  await socket.until(() => false, 20);
  socket.end("close");
}
