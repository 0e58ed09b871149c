/**
 * Fills a data directory with matches of a game that sleep, as a server leaves them: an entry, a snapshot, and when they are
 * due. Two players have been in each. For `npm run bench -- sleeping`, which starts a server on it: making them one by one through the API would take hours.
 * The last line of its output is one JSON object with their ids.
 */

import { gameFlags, playedGame } from "../client-sim/which-game.ts";
import { formatsHere } from "../server/durability/format.ts";
import { openEmbeddedStore } from "../server/durability/stores/embedded.ts";
import { isByEvents } from "../server/match/match-time.ts";
import type { RecordEvents } from "../server/match/record.ts";
import { packSnapshot } from "../server/match/snapshot-codec.ts";
import { applyRecord, newMatchState } from "../server/match/state.ts";
import { endWith } from "../shared/command-line/flags-or-exit.ts";
import { readFlags } from "../shared/command-line/read-flags.ts";
import { matchIdAlphabet, matchIdLength } from "../shared/wire/matchmake.ts";

/** Many writes share one flush of the disk. */
const atOnce = 5000;
const dayMs = 86_400_000;

const flags = readFlags(
  {
    ...gameFlags,
    data: { type: "text", default: "none", help: "the data directory; no server has it open" },
    matches: { type: "integer", default: 100_000, min: 1, max: 1_000_000, help: "how many" },
  },
  process.argv.slice(2),
  { about: "sleeping-matches --data DIR [flags]" },
);
if (!flags.ok) endWith("sleeping-matches", flags);

const { matches } = flags.values;
const store = await openEmbeddedStore({ path: flags.values.data, level: "process" });
const { game, options: given } = await playedGame(flags.values);
const options = game.options.parse(given);
const ids = Array.from({ length: matches }, (_, number) => idOf(number));
for (let at = 0; at < matches; at += atOnce) {
  await Promise.all(ids.slice(at, at + atOnce).map((id, number) => fallenAsleep(id, at + number)));
}
await store.close();
console.log(JSON.stringify({ ids }));

function idOf(number: number): string {
  let rest = number;
  return Array.from({ length: matchIdLength }, () => {
    const letter = matchIdAlphabet[rest % matchIdAlphabet.length]!;
    rest = Math.floor(rest / matchIdAlphabet.length);
    return letter;
  }).join("");
}

/** Two players sat down and went away, and it is due tomorrow. */
async function fallenAsleep(id: string, seed: number): Promise<void> {
  const about = { game: game.name, version: game.version, formats: formatsHere, seed, options };
  const { epoch, createdAtMs } = await store.create({ id, node: "bench", about: JSON.stringify(about) });
  const state = newMatchState(game, seed, options);
  const joins = Array.from({ length: Math.min(2, game.seats.max) }, (_, seat) => ({
    ...{ seat, sessionId: `${id}-${seat}`, userId: `g-${id}-${seat}` },
    ...{ name: `player ${seat}`, token: `t-${id}-${seat}` },
  }));
  const played = (events: RecordEvents) =>
    applyRecord(game, state, { inputs: [], events: { ...events, ...(isByEvents(game) && { now: 0 }) } });
  played({ joins });
  played({ drops: joins.map(({ sessionId }) => sessionId) });
  const bytes = packSnapshot({ epoch, state, version: game.version });
  await store.snapshot({ id, epoch, tick: state.tick, bytes });
  const wakesAtMs = createdAtMs + dayMs + seed * 1000;
  const shown = JSON.stringify({ tick: state.tick, taken: joins.length });
  await store.sleep({ id, epoch, asleep: { wakesAtMs, openAs: game.name, shown } });
}
