/** The party that this tab's player is in, as last received. Its id survives a reload. */
import { ApiError } from "../../shared/client/api.ts";
import { createParty, joinParty, leaveParty, readParty, readyParty } from "../../shared/client/parties.ts";
import { readTicket } from "../../shared/client/tickets.ts";
import type { PartyInfo } from "../../shared/wire/parties.ts";
import { hasTexts, kept, type StoredValue } from "../kept.ts";
import type { PagePlayer } from "../player/player.ts";

interface KeptParty {
  readonly id: string;
  /** The party's last ticket that this page has handled; empty for none. */
  readonly ticketId: string;
}

const keptParty: StoredValue<KeptParty> = kept(
  sessionStorage,
  "holdfast-party",
  (value): value is KeptParty => hasTexts(value, ["id", "ticketId"]),
);

export class OwnParty {
  readonly #player: PagePlayer;
  #info: PartyInfo | undefined;

  constructor(player: PagePlayer) {
    this.#player = player;
  }

  get info(): PartyInfo | undefined {
    return this.#info;
  }

  /** Whether another member, the leader, starts the search. */
  get isLed(): boolean {
    return this.#info !== undefined && this.#info.leader !== this.#player.userId;
  }

  get leaderName(): string {
    const leader = this.#info?.members.find(({ userId }) => userId === this.#info?.leader);
    return leader?.name ?? "the leader";
  }

  async refresh(): Promise<void> {
    const id = keptParty.get()?.id;
    if (id !== undefined) await this.#following(() => this.#player.as((access) => readParty(access, id)));
  }

  /** @throws ApiError */
  async found(): Promise<void> {
    this.#entered(await this.#player.as(createParty));
  }

  /** @throws ApiError */
  async join(invite: string): Promise<void> {
    this.#entered(await this.#player.as((access) => joinParty(access, invite)));
  }

  /** @throws ApiError */
  async sayReady(ready: boolean): Promise<void> {
    const info = this.#info;
    if (!info) return;
    const { id, revision } = info;
    const said = { revision, ready };
    await this.#following(() => this.#player.as((access) => readyParty(access, id, said)));
  }

  /** @throws ApiError */
  async leave(): Promise<void> {
    const id = this.#info?.id;
    this.#left();
    if (id === undefined) return;
    await this.#player
      .as((access) => leaveParty(access, id))
      .catch((error) => {
        if (!(error instanceof ApiError && error.code === "party/unknown")) throw error;
      });
  }

  /** The party to queue; pressing Play makes the leader ready. @throws ApiError */
  async agreed(): Promise<{ id: string; revision: number } | undefined> {
    if (this.#info && !this.#isReady()) await this.sayReady(true);
    return this.#info && { id: this.#info.id, revision: this.#info.revision };
  }

  /** Remembers that this page has handled the ticket. */
  knowsTicket(ticketId: string): void {
    const known = keptParty.get();
    if (known) keptParty.set({ ...known, ticketId });
  }

  /** A search that the leader has started and that this page must join; each is returned once. */
  async newSearch(): Promise<{ ticketId: string; queue: string } | undefined> {
    const ticketId = this.#info?.ticketId;
    if (ticketId === undefined || ticketId === keptParty.get()?.ticketId) return undefined;
    const ticket = await this.#player.as((access) => readTicket(access, ticketId)).catch(passing);
    if (ticket === "asked later") return undefined;
    this.knowsTicket(ticketId);
    if (!ticket || ticket.state === "expired" || ticket.state === "cancelled") return undefined;
    return { ticketId, queue: ticket.queue };
  }

  #isReady(): boolean {
    return this.#info?.members.find(({ userId }) => userId === this.#player.userId)?.ready === true;
  }

  async #following(ask: () => Promise<PartyInfo>): Promise<void> {
    try {
      this.#info = await ask();
    } catch (error) {
      if (error instanceof ApiError && error.code === "party/unknown") this.#left();
      throw error;
    }
  }

  /** The player entered this party. Nobody can enter a party that is queued, so its last ticket has ended. */
  #entered(info: PartyInfo): void {
    this.#info = info;
    keptParty.set({ id: info.id, ticketId: info.ticketId ?? "" });
  }

  #left(): void {
    this.#info = undefined;
    keptParty.clear();
  }
}

/** An unknown ticket has ended long ago; without an answer, the ticket is asked for later. */
function passing(error: unknown): undefined | "asked later" {
  return error instanceof ApiError && error.code === "ticket/unknown" ? undefined : "asked later";
}
