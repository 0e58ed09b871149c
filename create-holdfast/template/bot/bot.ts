/** A player that is a program: `npm run bot`, or with an address, `npm run bot -- https://my.server`. */
import { joinMatch } from "holdfast/client";
import type { PongInput, PongView } from "../game/duel-pong.ts";
import { paddle } from "../game/table.ts";

const url = process.argv[2] ?? "http://127.0.0.1:2567";
const match = await joinMatch<PongInput, PongView>({ url, game: "duel-pong", name: "Bot" });
const seat = String(match.welcome.seat);
console.log(`${match.welcome.name} has seat ${seat} of match ${match.matchId}`);

const timer = setInterval(() => {
  const wish = match.view.ball.y - ((match.view.players.get(seat)?.y ?? 0) + paddle / 2);
  match.sendInput({ move: Math.abs(wish) < 8 ? 0 : Math.sign(wish) });
}, 1000 / match.welcome.tickRate);

match.onState((state) => {
  if (state.kind !== "over" && state.kind !== "left") return;
  clearInterval(timer);
  console.log(state.kind === "over" ? `over: ${state.outcome?.reason}` : `left: ${state.reason}`);
  if (state.kind === "over") void match.leave();
});
