/**
 * The ports of one process, wrapped so that what it says to the store, the registry and its peers is told to the
 * conversation of a story: each question when it is decided, with its answer. What nobody learns from is left out.
 */
import type { Store, WriteResult } from "../../server/durability/store.ts";
import type { NodeEntry, NodeRegistry } from "../../server/fleet/node-registry.ts";
import type { Peers } from "../../server/fleet/ports.ts";
import { type Conversation, range } from "./conversation.ts";

const refused: Readonly<Record<string, string>> = {
  "fence/stale-epoch": "refused, another epoch holds it",
  "store/claimed-meanwhile": "refused, somebody else was first",
};

export function tellingStore(store: Store, from: string, conversation: Conversation): Store {
  const say = (words: string) => conversation.say({ from, to: "store", words });
  return {
    level: store.level,
    create: async (match) => {
      const entry = await store.create(match);
      say(`create ${match.id}: epoch ${entry.epoch} is yours`);
      return entry;
    },
    claim: async (id, node, options) => {
      const under = options?.under === undefined ? "" : ` if its epoch still is ${options.under}`;
      try {
        const entry = await store.claim(id, node, options);
        say(`claim ${id}${under}: epoch ${entry.epoch} is yours`);
        return entry;
      } catch (error) {
        const { code } = error as { code: string };
        say(`claim ${id}${under}: ${refused[code] ?? code}`);
        throw error;
      }
    },
    append: async (batch) => {
      const results = await store.append(batch);
      for (const [index, { id, epoch, tick }] of batch.entries()) {
        const answer = answerOf(results[index]!);
        conversation.repeat({
          ...{ from, to: "store", key: `${id} ${epoch} ${answer}`, number: tick },
          words: (first, last) => `append ${range("tick", first, last)} of ${id}, epoch ${epoch}: ${answer}`,
        });
      }
      return results;
    },
    snapshot: async (write) => {
      const result = await store.snapshot(write);
      say(`snapshot of ${write.id} at tick ${write.tick}, epoch ${write.epoch}: ${answerOf(result)}`);
      return result;
    },
    load: async (id, part) => {
      const stored = await store.load(id, part);
      const { snapshots, records } = stored;
      say(`load ${id}: ${snapshots.length > 0 ? "a snapshot and " : ""}${records.length} records`);
      return stored;
    },
    sleep: (write) => store.sleep(write),
    dueFirst: (max) => store.dueFirst(max),
    openAsleep: (name, max) => store.openAsleep(name, max),
    asleep: () => store.asleep(),
    list: (which) => store.list(which),
    find: (id) => store.find(id),
    finish: (write) => store.finish(write),
    setAside: (id, reason) => store.setAside(id, reason),
    remove: (id) => store.remove(id),
    close: () => store.close(),
  };
}

function answerOf(result: WriteResult): string {
  return result.ok ? "kept" : (refused[result.code] ?? result.code);
}

type RegistryWrites = Pick<NodeRegistry, "announce" | "declareLost" | "leave">;

/** What the registry is asked, where it is asked; the reading of it is left out. */
export function tellingRegistry(
  registry: RegistryWrites,
  from: string,
  conversation: Conversation,
): RegistryWrites {
  let shown = "";
  return {
    announce: async (entry, leaseMs) => {
      const result = await registry.announce(entry, leaseMs);
      const words = result.ok
        ? `I am ${entry.state} and ${havingOf(entry)}`
        : "here I am: no, you were declared lost";
      if (words !== shown) conversation.say({ from, to: "registry", words });
      shown = words;
      return result;
    },
    declareLost: async (node, why) => {
      const isNews = await registry.declareLost(node, why);
      const answer = isNews ? "it is out of the registry" : "it was out already";
      conversation.say({ from, to: "registry", words: `${node} is lost, ${why}: ${answer}` });
      return isNews;
    },
    leave: async (node) => {
      await registry.leave(node);
      conversation.say({ from, to: "registry", words: "I leave" });
    },
  };
}

function havingOf({ matches }: NodeEntry): string {
  if (matches.length === 0) return "have no match";
  return `have ${matches.map(({ id, epoch }) => `${id} (epoch ${epoch})`).join(", ")}`;
}

export function tellingPeers(peers: Peers, from: string, conversation: Conversation): Peers {
  return {
    offer: async (address, match, msMax) => {
      const say = (words: string) => conversation.say({ from, to: address, words });
      say(`take ${match.id}; it stands still and is stored, epoch ${match.epoch}`);
      const answer = (words: string) => conversation.say({ from: address, to: from, words });
      try {
        const result = await peers.offer(address, match, msMax);
        answer(result.ok ? `I have ${match.id}` : `I do not take ${match.id}: ${result.reason}`);
        return result;
      } catch (error) {
        answer(`(nothing, for ${msMax} ms)`);
        throw error;
      }
    },
  };
}
