/** A quiz against the clock: rounds that an interval counts down, and a place that is held for one who drops. */
import { type Client, CloseCode } from "@colyseus/core";
import { type MapSchema, type Schema, schema, t } from "@colyseus/schema";
import type { DurableRoom } from "../../../doors/rooms.ts";
import { type Base, durableBase } from "./base.ts";

const Guesser = schema({ connected: t.boolean(), points: t.uint16() }, "PortedGuesser");
const Quiz = schema({ guessers: t.map(Guesser), left: t.int16(), round: t.uint16() }, "PortedQuiz");

export interface GuesserState extends Schema {
  connected: boolean;
  points: number;
}
export interface QuizState extends Schema {
  guessers: MapSchema<GuesserState>;
  left: number;
  round: number;
}

const placeSeconds = 30;

export function quiz(Parent: Base<QuizState>) {
  return class extends Parent {
    override state = new Quiz({ guessers: {}, left: 0, round: 0 } as never) as unknown as QuizState;

    override onCreate(): void {
      this.setPatchRate(10);
      this.onMessage("begin", (_, counts: number) => this.begin(counts));
      this.onMessage("answer", (client) => {
        this.guesser(client).points += 1;
      });
    }

    override onJoin(client: Client): void {
      const guesser = new Guesser({ connected: true, points: 0 } as never) as unknown as GuesserState;
      this.state.guessers.set(client.sessionId, guesser);
    }

    /** As rooms were written before there was `onDrop`. */
    override async onLeave(client: Client, code?: number): Promise<void> {
      const guesser = this.guesser(client);
      guesser.connected = false;
      try {
        if (code === CloseCode.CONSENTED) throw new Error("they left");
        await this.allowReconnection(client, placeSeconds);
        guesser.connected = true;
      } catch {
        this.state.guessers.delete(client.sessionId);
      }
    }

    guesser({ sessionId }: Client): GuesserState {
      return this.state.guessers.get(sessionId)!;
    }

    begin(counts: number): void {
      this.state.round += 1;
      this.state.left = counts;
      this.startCounting();
    }

    startCounting(): void {
      const counting = this.clock.setInterval(() => {
        this.count();
        if (this.state.left === 0) counting.clear();
      }, 50);
    }

    count(): void {
      this.state.left -= 1;
    }
  };
}

/** The interval has the name of a method, and who drops and comes back is told of by hooks instead of a promise. */
export class DurableQuiz extends quiz(durableBase<QuizState>()) {
  override startCounting(): void {
    (this as unknown as DurableRoom).clock.setInterval("count", 50);
  }

  override count(): void {
    super.count();
    if (this.state.left === 0) (this as unknown as DurableRoom).timer("count")?.clear();
  }

  override onDrop(client: Client): void {
    this.guesser(client).connected = false;
    void this.allowReconnection(client, placeSeconds).catch(() => {});
  }

  override onReconnect(client: Client): void {
    this.guesser(client).connected = true;
  }

  override async onLeave(client: Client): Promise<void> {
    this.state.guessers.delete(client.sessionId);
  }
}
