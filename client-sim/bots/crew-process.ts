/**
 * A process of bots: it is told by its parent which ones to play and when to stop, says every second how they are doing, and
 * ends with its parent. Ctrl-C goes to the whole terminal; the parent alone decides what it means.
 */
import { endWithParent } from "../processes/ends-with-us.ts";
import { playedGame } from "../which-game.ts";
import { BlindCrew } from "./blind-crew.ts";
import { BotCrew, type Crew, type CrewPlan, type CrewProgress } from "./crew.ts";
import { quietSdk } from "./quiet-sdk.ts";
import type { BotFigures } from "./report.ts";

const progressEveryMs = 1000;

export type CrewOrder =
  | {
      readonly type: "play";
      readonly plan: CrewPlan;
      readonly flags: Parameters<typeof playedGame>[0];
    }
  | { readonly type: "stop" };

export type CrewNews =
  | ({ readonly type: "progress" } & CrewProgress)
  | { readonly type: "figures"; readonly figures: BotFigures; readonly messages: readonly string[] };

quietSdk();
let crew: Crew | undefined;

process.on("SIGINT", () => {});
endWithParent();
process.on("message", (order: CrewOrder) => void (order.type === "play" ? play(order) : stop()));

async function play({ plan, flags }: Extract<CrewOrder, { type: "play" }>): Promise<void> {
  const played = await playedGame(flags);
  crew = plan.blind ? new BlindCrew(plan, played) : new BotCrew(plan, played);
  setInterval(() => tell({ type: "progress", ...crew!.progress }), progressEveryMs);
  await crew.start();
}

/** It ends when the parent has the figures, and disconnects. */
async function stop(): Promise<void> {
  if (crew === undefined) process.exit(0);
  const figures = await crew.finish();
  tell({ type: "figures", figures, messages: crew.messages });
}

function tell(news: CrewNews): void {
  if (process.connected) process.send!(news);
}
