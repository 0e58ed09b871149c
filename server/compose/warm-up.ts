/**
 * What a standby does while it waits, so that it need not do it while players wait: it loads what a server will need,
 * reads the games, and plays a little of each with nobody in it. It touches no file of the data directory and opens no port.
 */

import type { SteadyClock } from "../../shared/clock.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { MemoryStore } from "../durability/stores/memory.ts";
import { type Brought, loadBrought } from "../games.ts";
import { rehearse } from "../match/rehearsal.ts";
import { Metrics } from "../ops/metrics.ts";
import { rehearsedView } from "../room/rehearsed-view.ts";
import { hasGames } from "../settings/has-games.ts";
import type { Config } from "../settings/settings.ts";
import { storeKind } from "../stores/registered.ts";

/** One game is played for at most this long, or this often. */
const rehearsalMsMax = 1_000;
const roundsMax = 5;

/** What a standby has ready for `startRole`. */
export interface WarmedUp {
  /** Undefined for a server that follows the files of its games: it reads them when it starts. */
  readonly brought?: Brought;
  readonly metrics: Metrics;
}

/**
 * @throws StoreError when the games cannot be used, as the server's start would
 */
export async function warmUp(config: Config, nowMs: SteadyClock): Promise<WarmedUp> {
  const metrics = new Metrics();
  await storeKind(config.store).load();
  if (config.dev || !hasGames(config)) return { metrics };
  const brought = await loadBrought(config.games);
  for (const game of brought.games) await rehearsed(game, nowMs);
  return { brought, metrics };
}

async function rehearsed(game: AnyGame, nowMs: SteadyClock): Promise<void> {
  const store = new MemoryStore();
  const startedMs = nowMs();
  try {
    for (let round = 1; round <= roundsMax && nowMs() - startedMs < rehearsalMsMax; round++)
      await rehearse(game, round, { store, show: rehearsedView(game) });
  } catch {
    // A match with players in it will tell. Nothing here is anybody's match.
  }
}
