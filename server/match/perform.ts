/**
 * Performs the effects of a match's life (life/life.ts), each in a line or two. It decides nothing. Answers of the
 * store and of the code that counts outcomes come back as events.
 */
import type { SteadyClock } from "../../shared/clock.ts";
import type { Outcome } from "../../shared/game/game.ts";
import type { Gate } from "../durability/gate.ts";
import type { Store } from "../durability/store.ts";
import type { MatchAsks } from "./asks/match-asks.ts";
import type { Body } from "./body.ts";
import type { GateDelays } from "./gate-delays.ts";
import type { MatchJournal } from "./journal.ts";
import type { LifeEffect, LifeEvent, News } from "./life/life.ts";
import type { Match } from "./match.ts";
import type { Snapshots } from "./snapshots.ts";

/** The parts that effects are performed with. */
export interface Hands {
  readonly id: string;
  readonly epoch: number;
  readonly match: Match;
  readonly gate: Pick<Gate<never>, "release" | "open" | "close" | "drop" | "heldFrames">;
  readonly metrics: { framesSent(seconds: number): void };
  readonly nowMs: SteadyClock;
  readonly delays: GateDelays;
  readonly journal: MatchJournal;
  readonly snapshots: Snapshots;
  readonly asks: Pick<MatchAsks, "ticked" | "durable" | "allDone" | "stop">;
  readonly store: Pick<Store, "finish" | "setAside">;
  readonly settle: (outcome: Outcome) => Promise<void>;
  readonly log: (message: string, details: object) => void;
  readonly body: () => Required<Pick<Body<never>, "frozen" | "unprotected" | "over" | "stopped">>;
  /** The callers that wait for a planned move. */
  readonly movers: { readonly kept: () => void; readonly failed: (error: Error) => void }[];
  readonly happens: (event: LifeEvent) => void;
}

/** Every effect except the tick. */
type Effect = Exclude<LifeEffect, { kind: "tick" }>;

type Performers = {
  readonly [Kind in Effect["kind"]]: (hands: Hands, effect: Extract<Effect, { kind: Kind }>) => void;
};

const performers: Performers = {
  flush: ({ journal }) => journal.flush(),
  "append-held": ({ journal }) => journal.appendHeld(),
  "drop-held": ({ journal }) => journal.dropHeld(),
  "forget-journal": ({ journal, delays }) => {
    journal.forget();
    delays.forget();
  },
  release: ({ gate, delays, asks, nowMs, metrics }, { tick }) => {
    const startedMs = gate.heldFrames > 0 ? nowMs() : undefined;
    gate.release(tick);
    if (startedMs !== undefined) metrics.framesSent((nowMs() - startedMs) / 1000);
    delays.durable(tick);
    asks.durable(tick);
  },
  "open-gate": ({ gate }) => gate.open(),
  "close-gate": ({ gate }, { tick }) => gate.close(tick),
  "drop-all": ({ gate, journal, snapshots, asks }) => {
    asks.stop();
    gate.drop();
    journal.dropHeld();
    snapshots.drop();
  },
  "take-snapshot": ({ snapshots }) => snapshots.take(),
  "drop-snapshot": ({ snapshots }) => snapshots.drop(),
  "write-snapshot": ({ snapshots }) => snapshots.write(),
  "keep-snapshot": ({ snapshots }) => snapshots.keep(),
  "hand-over-kept": ({ movers }) => {
    for (const { kept } of movers.splice(0)) kept();
  },
  "hand-over-failed": ({ movers, id }, { why }) => {
    for (const { failed } of movers.splice(0)) failed(new Error(`match ${id} ${why}`));
  },
  // A node that takes the match over in between carries out its last asks again, under the same keys.
  settle: ({ match, asks, settle, happens }) =>
    void answerTo(
      () => Promise.all([settle(match.outcome!), asks.allDone()]),
      () => ({ kind: "settled" }),
    ).then(happens),
  "store-end": ({ id, epoch, match, store, happens }) => {
    const outcome = JSON.stringify(match.outcome);
    void answerTo(
      () => store.finish({ id, epoch, outcome }),
      (result) => (result.ok ? { kind: "end-kept" } : { kind: "end-refused", code: result.code }),
    ).then(happens);
  },
  "set-aside": ({ id, store, log }, { why }) => {
    store.setAside(id, `match ${id} ${why}`).catch((error) => {
      log("a stopped match could not be set aside", { match: id, error });
    });
  },
  tell: (hands, { news }) => tell(hands, news),
  "tell-stopped": ({ body, id, epoch }, { code, why }) =>
    body().stopped({ code, message: `match ${id} ${why} (epoch ${epoch})` }),
  log: ({ log, id }, { message, details }) => log(message, { match: id, ...details }),
};

export function perform(hands: Hands, effect: Effect): void {
  performers[effect.kind](hands, effect as never);
}

async function answerTo<Value>(
  ask: () => Promise<Value>,
  event: (value: Value) => LifeEvent,
): Promise<LifeEvent> {
  try {
    return event(await ask());
  } catch (error) {
    return { kind: "end-failed", error: error as Error };
  }
}

function tell({ body, id, match, log }: Hands, news: News): void {
  switch (news) {
    case "frozen":
    case "resumed":
      body().frozen(news === "frozen");
      break;
    case "unprotected":
      log("a match plays on unprotected", { match: id, tick: match.tick });
      body().unprotected(true);
      break;
    case "protected":
      log("a match is protected again", { match: id, tick: match.tick });
      body().unprotected(false);
      break;
    case "over":
      body().over(match.outcome!);
      break;
  }
}
