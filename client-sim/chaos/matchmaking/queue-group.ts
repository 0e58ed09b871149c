/**
 * Players who queue together: one player, or a party. Round after round they agree, queue, wait (or cancel the ticket),
 * play, and queue again, until they are told to stop. Owns its rounds; what it sees is in the evidence.
 */
import { setTimeout as pause } from "node:timers/promises";
import { createParty, joinParty, readyParty } from "../../../shared/client/parties.ts";
import { nextBelow, type RandomState } from "../../../shared/game/deterministic/random.ts";
import type { PartyInfo } from "../../../shared/wire/parties.ts";
import type { TicketRequest } from "../../../shared/wire/tickets.ts";
import type { Evidence } from "./history.ts";
import type { QueueingPlayer } from "./player.ts";
import { pairs, type QueueOfRun } from "./queues.ts";

/** One in this many tickets is cancelled, after at most this long. */
const cancelEvery = 7;
const cancelMsMax = 400;
/** Pauses between two rounds, and after one that failed. */
const restMsMax = 300;
const restAfterFailureMs = 1000;

export class QueueGroup {
  readonly players: readonly QueueingPlayer[];
  readonly #random: RandomState;
  readonly #evidence: Evidence;
  /** For a player alone, the first one more often. */
  readonly #queues: readonly QueueOfRun[];
  #party: PartyInfo | undefined;
  #ticketId: string | undefined;
  #rounds = 0;
  #stopping = false;
  #running: Promise<void> | undefined;

  constructor(
    players: readonly QueueingPlayer[],
    { random, evidence, queues }: { random: RandomState; evidence: Evidence; queues: readonly QueueOfRun[] },
  ) {
    this.players = players;
    this.#random = random;
    this.#evidence = evidence;
    this.#queues = queues;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Cancels what still waits; resolves when all players have left their match. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#ticketId !== undefined) await this.#tried(() => this.#leader.cancel(this.#ticketId!));
    await this.#running;
  }

  get #leader(): QueueingPlayer {
    return this.players[0]!;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const went = await this.#tried(() => this.#round());
      await pause(went ? nextBelow(this.#random, restMsMax) : restAfterFailureMs);
    }
  }

  async #round(): Promise<void> {
    const request = await this.#request();
    this.#rounds += 1;
    const key = `${this.#leader.name}-round-${this.#rounds}`;
    const { id } = await this.#leader.create(request, key);
    this.#ticketId = id;
    const takesBack = this.#stopping || nextBelow(this.#random, cancelEvery) === 0;
    await Promise.all([
      takesBack && this.#takeBack(id),
      ...this.players.map(async (player) => {
        const ticket = await player.follow(id);
        this.#ticketId = undefined;
        if (ticket?.state === "assigned") await player.play(ticket);
      }),
    ]);
  }

  /** The next ticket request; chance chooses the queue of a single player. */
  async #request(): Promise<TicketRequest> {
    if (this.players.length === 1) {
      const [usual, other] = this.#queues;
      const { name, backfill } = nextBelow(this.#random, 3) > 0 ? usual! : (other ?? usual!);
      return { queue: name, backfill };
    }
    const { id, revision } = await this.#agreedParty();
    return { queue: pairs.name, party: { id, revision } };
  }

  async #agreedParty(): Promise<PartyInfo> {
    this.#party ??= await this.#newParty();
    const { id, revision } = this.#party;
    for (const player of this.players)
      await player.insist((access) => readyParty(access, id, { revision, ready: true }));
    return this.#party;
  }

  async #newParty(): Promise<PartyInfo> {
    let party: PartyInfo = await this.#leader.insist(createParty);
    const { invite } = party;
    for (const member of this.players.slice(1))
      party = await member.insist((access) => joinParty(access, invite));
    return party;
  }

  /** Any of the players may cancel it. */
  async #takeBack(id: string): Promise<void> {
    await pause(nextBelow(this.#random, cancelMsMax));
    const player = this.players[nextBelow(this.#random, this.players.length)]!;
    await this.#tried(() => player.cancel(id));
  }

  /** @returns whether it succeeded; unexpected refusals are recorded */
  async #tried(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#evidence.refusals.push(`${this.#leader.name}: ${(error as Error).message}`);
      return false;
    }
  }
}
