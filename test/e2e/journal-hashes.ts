/** What a match's journal says that its players must have been shown: the hash of the View at every tick. */
import { historyOf } from "../../server/durability/history.ts";
import { openEmbeddedStore } from "../../server/durability/stores/embedded.ts";
import { replay } from "../../server/match/replay.ts";
import { aboutOf } from "../../server/match/versions.ts";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { arena } from "../../shared/games/arena/game.ts";

/** From the creation of the match through every record, without any snapshot: the longest way there is. */
export async function journalHashes(dataDir: string, id: string): Promise<Map<number, string>> {
  const store = await openEmbeddedStore({ path: dataDir, level: "process", readOnly: true });
  try {
    const stored = await store.load(id);
    const history = historyOf({ ...stored, snapshots: [] });
    const hashes = new Map<number, string>();
    const { fault } = replay({
      game: arena,
      about: aboutOf(stored.entry),
      history,
      onTick: ({ state }) => hashes.set(state.tick, hashPlain(arena.view.of(state.world as never))),
    });
    if (fault !== undefined) throw new Error(`tick ${fault.tick}: ${fault.reason}`);
    if (history.firstTick !== 0) throw new Error(`the journal begins at tick ${history.firstTick}`);
    return hashes;
  } finally {
    await store.close();
  }
}
