/**
 * Fills a data directory with matches of `hands` that sleep, as a server leaves them: an entry, a snapshot, and when they are
 * due. For `npm run bench -- sleeping`, which starts a server on it: making them one by one through the API would take hours.
 * The last line of its output is one JSON object with their ids.
 */

import { formatsHere } from "../server/durability/format.ts";
import { openEmbeddedStore } from "../server/durability/stores/embedded.ts";
import { packSnapshot } from "../server/match/snapshot-codec.ts";
import { newMatchState } from "../server/match/state.ts";
import { endWith } from "../shared/command-line/flags-or-exit.ts";
import { readFlags } from "../shared/command-line/read-flags.ts";
import { hands } from "../shared/games/hands/game.ts";
import { matchIdAlphabet, matchIdLength } from "../shared/wire/matchmake.ts";

/** Many writes share one flush of the disk. */
const atOnce = 5000;
const dayMs = 86_400_000;

const flags = readFlags(
  {
    data: { type: "text", default: "none", help: "the data directory; no server has it open" },
    matches: { type: "integer", default: 100_000, min: 1, max: 1_000_000, help: "how many" },
  },
  process.argv.slice(2),
  { about: "sleeping-matches --data DIR [flags]" },
);
if (!flags.ok) endWith("sleeping-matches", flags);

const { matches } = flags.values;
const store = await openEmbeddedStore({ path: flags.values.data, level: "process" });
const options = hands.options.parse({ turnSeconds: 7 * 86_400 });
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

/** Two players have seats, and the time of a turn is over within the week. */
async function fallenAsleep(id: string, seed: number): Promise<void> {
  const about = { game: hands.name, version: hands.version, formats: formatsHere, seed, options };
  const { epoch, createdAtMs } = await store.create({ id, node: "bench", about: JSON.stringify(about) });
  const state = newMatchState(hands, seed, options);
  const seats = [0, 1].map((seat) => ({
    ...{
      seat,
      sessionId: `${id}-${seat}`,
      userId: `g-${id}-${seat}`,
      name: `player ${seat}`,
      token: `t-${id}-${seat}`,
    },
    ...{ droppedAt: 1, lastInputSeq: 0, lastCommandId: 0, answers: [] },
  }));
  const bytes = packSnapshot({ epoch, state: { ...state, seats }, version: hands.version });
  await store.snapshot({ id, epoch, tick: 0, bytes });
  const wakesAtMs = createdAtMs + dayMs + seed * 1000;
  const shown = JSON.stringify({ tick: 0, taken: seats.length });
  await store.sleep({ id, epoch, asleep: { wakesAtMs, openAs: hands.name, shown } });
}
