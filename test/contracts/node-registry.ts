/**
 * What every registry promises, run on each implementation: one registry that several nodes look at, each through
 * a registry of its own. Time is the implementation's; a test waits for events, or moves it by `pass`.
 */
import { afterEach, describe, expect, test } from "vitest";
import type { NodeRegistry } from "../../server/fleet/node-registry.ts";
import { entry, hosted, idle } from "../fleet/node-entries.ts";

export interface NodeRegistrySubject {
  /** As the node of that name sees the registry. */
  open(node: string): Promise<NodeRegistry>;
  /** Resolves when so much of the registry's time is over. */
  pass(ms: number): Promise<void>;
}

const leaseMs = 60_000;

export function nodeRegistryContract(name: string, begin: () => Promise<NodeRegistrySubject>): void {
  describe(name, () => {
    const opened: NodeRegistry[] = [];
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((registry) => registry.close()));
    });

    async function subject() {
      const { open, pass } = await begin();
      return {
        pass,
        open: async (node: string) => {
          const registry = await open(node);
          opened.push(registry);
          return registry;
        },
      };
    }

    test("an entry that was announced is read by everybody, whole, in order of name", async () => {
      const { open } = await subject();
      const [b, a] = [await open("b"), await open("a")];
      const matches = [hosted("m1", { players: 4 })];
      expect(await b.announce(entry("b", { matches, publicAddress: "c:2" }), leaseMs)).toEqual({ ok: true });
      expect(await a.announce(entry("a", { role: "matchmaker" }), leaseMs)).toEqual({ ok: true });
      const nodes = await a.read();
      expect(nodes.map((each) => each.entry)).toEqual([
        entry("a", { role: "matchmaker" }),
        entry("b", { matches, publicAddress: "c:2" }),
      ]);
      expect(nodes.every(({ connected }) => connected)).toBe(true);
      expect(await b.read()).toHaveLength(2);
    });

    test("an announcement renews the lease and replaces the entry", async () => {
      const { open } = await subject();
      const a = await open("a");
      await a.announce(entry("a"), 1);
      await a.announce(entry("a", { state: "draining" }), leaseMs);
      const [only, ...others] = await a.read();
      expect(others).toEqual([]);
      expect(only!.entry.state).toBe("draining");
      expect(only!.leaseLeftMs).toBeGreaterThan(leaseMs / 2);
      expect(only!.leaseLeftMs).toBeLessThanOrEqual(leaseMs);
    });

    test("a lease that ran out shows, and the entry stays until somebody declares the node lost", async () => {
      const { open, pass } = await subject();
      const a = await open("a");
      await a.announce(entry("a"), 5);
      await pass(10);
      const [only] = await a.read();
      expect(only!.leaseLeftMs).toBeLessThanOrEqual(0);
      expect(await a.announce(entry("a"), leaseMs)).toEqual({ ok: true });
      expect((await a.read())[0]!.leaseLeftMs).toBeGreaterThan(0);
    });

    test("[P3.6] a node that was declared lost is out of the registry and cannot come back under its name", async () => {
      const { open } = await subject();
      const [a, b] = [await open("a"), await open("b")];
      await a.announce(entry("a"), leaseMs);
      expect(await b.declareLost("a", "a test")).toBe(true);
      expect(await b.read()).toEqual([]);
      expect(await a.announce(entry("a"), leaseMs)).toEqual({ ok: false, code: "fleet/declared-lost" });
      expect(await b.read()).toEqual([]);
    });

    test("of many who declare one node lost at once, one is told that it did", async () => {
      const { open } = await subject();
      const [a, b] = [await open("a"), await open("b")];
      await a.announce(entry("a"), leaseMs);
      const told = await Promise.all([a, b, a, b].map((registry) => registry.declareLost("a", "a test")));
      expect(told.filter(Boolean)).toHaveLength(1);
      expect(await b.declareLost("never-there", "a test")).toBe(false);
    });

    test("who leaves is out of the registry, is not lost, and may come back", async () => {
      const { open } = await subject();
      const a = await open("a");
      await a.announce(entry("a"), leaseMs);
      await a.leave("a");
      await a.leave("a");
      expect(await a.read()).toEqual([]);
      expect(await a.declareLost("a", "a test")).toBe(false);
      expect(await a.announce(entry("a"), leaseMs)).toEqual({ ok: true });
    });

    test("a closed registry's node is shown without its connection", async () => {
      const { open } = await subject();
      const [a, b] = [await open("a"), await open("b")];
      await a.announce(entry("a"), leaseMs);
      await b.announce(entry("b"), leaseMs);
      await a.close();
      await until(async () => (await b.read())[0]!.connected === false);
      expect((await b.read()).map(({ connected }) => connected)).toEqual([false, true]);
    });

    test("everybody hears of a change in routingFields, of a loss and of a leave, and of nothing else", async () => {
      const { open } = await subject();
      const [a, b] = [await open("a"), await open("b")];
      const heard = changesOf(b);
      await a.announce(entry("a"), leaseMs);
      await heard.next("it came");
      await a.announce(entry("a", { matches: [hosted("m1")] }), leaseMs);
      await heard.next("a match was opened");
      await a.announce(entry("a", { matches: [hosted("m1")], load: { ...idle, full: true } }), leaseMs);
      await heard.next("it is full");
      const same = { load: { ...idle, full: true, tickShare: 0.4 }, matches: [hosted("m1", { tick: 9 })] };
      await a.announce(entry("a", same), leaseMs);
      await a.leave("a");
      await heard.next("it left");
      await a.announce(entry("a"), leaseMs);
      await heard.next("it is back");
      await a.declareLost("a", "a test");
      await heard.next("it is lost");
      expect(heard.unread()).toBe(0);
    });

    test("who stopped listening hears nothing more", async () => {
      const { open } = await subject();
      const a = await open("a");
      let calls = 0;
      const stop = a.onChanged(() => {
        calls += 1;
      });
      const heard = changesOf(a);
      stop();
      await a.announce(entry("a"), leaseMs);
      await heard.next("it came");
      expect(calls).toBe(0);
    });
  });
}

/** Waits for calls one by one; only the test's time limit ends the wait. */
function changesOf(registry: NodeRegistry) {
  let count = 0;
  let wake = () => {};
  registry.onChanged(() => {
    count += 1;
    wake();
  });
  return {
    next: async (_what: string) => {
      while (count === 0) await new Promise<void>((resolve) => (wake = resolve));
      count -= 1;
    },
    unread: () => count,
  };
}

/** Asks again until it is so; only the test's time limit ends it. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}
