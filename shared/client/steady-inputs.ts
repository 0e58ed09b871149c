/**
 * Sends the inputs of a match one by one, as the pace says (input-pace.ts), which follows what the server tells of them. It
 * owns the timer; what an input is, its caller says.
 */
import type { MatchConnection } from "./follow-match.ts";
import { InputPace } from "./input-pace.ts";

type PacedConnection = Pick<
  MatchConnection<never, unknown>,
  "line" | "welcome" | "state" | "onState" | "now"
>;

/**
 * @param send called once for each input that is due; several times in a row after a pause
 * @returns ends it; the end of the match does, too
 */
export function steadyInputs(connection: PacedConnection, send: (nowMs: number) => void): () => void {
  const pace = new InputPace(1000 / connection.welcome.tickRate);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hasEnded = false;
  const beat = () => {
    const nowMs = connection.now();
    for (let due = pace.due(nowMs); due > 0; due--) send(nowMs);
    if (!hasEnded) timer = setTimeout(beat, Math.max(1, (pace.nextAtMs ?? nowMs) - connection.now()));
  };
  const stop = () => {
    hasEnded = true;
    clearTimeout(timer);
    for (const remove of removes) remove();
  };
  const removes = [
    connection.line.follow((pong, sinceMs) => pace.heard(pong, sinceMs)),
    connection.onState(({ kind }) => {
      if (kind === "reconnecting") pace.restart();
      if (kind === "over" || kind === "left") stop();
    }),
  ];
  beat();
  return stop;
}
