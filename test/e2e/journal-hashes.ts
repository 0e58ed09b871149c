/** What a match's journal says that its players must have been shown: the hash of the View at every tick. */
import { recoveryPlan } from "../../server/durability/recovery.ts";
import { openEmbeddedStore } from "../../server/durability/stores/embedded.ts";
import { recordCodec } from "../../server/match/record.ts";
import { aboutOf, replayRecord } from "../../server/match/restore.ts";
import { newMatchState } from "../../server/match/state.ts";
import { hashPlain } from "../../shared/deterministic/hash.ts";
import { arena } from "../../shared/games/arena/game.ts";

/** From the creation of the match through every record, without any snapshot: the longest way there is. */
export async function journalHashes(dataDir: string, id: string): Promise<Map<number, string>> {
  const store = await openEmbeddedStore({ path: dataDir, level: "process", readOnly: true });
  try {
    const stored = await store.load(id);
    const plan = recoveryPlan({ ...stored, snapshots: [] });
    if (plan.kind !== "restore") throw new Error(plan.reason);
    const about = aboutOf(stored.entry);
    const state = newMatchState(arena, about.seed, about.options);
    const codec = recordCodec<never>(arena.input as never);
    const hashes = new Map<number, string>();
    for (const record of plan.records) {
      replayRecord(arena, codec, state, record);
      hashes.set(state.tick, hashPlain(arena.view.of(state.world as never)));
    }
    return hashes;
  } finally {
    await store.close();
  }
}
