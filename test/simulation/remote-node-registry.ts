/**
 * The registry as one process sees it: behind a bad network, with a connection that the registry server sees, that
 * can break, and that is made anew as soon as something can be reached.
 */
import type {
  AnnounceResult,
  NodeEntry,
  NodeRegistry,
  RegisteredNode,
} from "../../server/fleet/node-registry.ts";
import type { RegistryServer } from "./registry-server.ts";
import type { RemoteCalls } from "./remote-calls.ts";

/** Between two attempts to connect again. */
const reconnectMs = 60;

export interface RemoteNodeRegistryParts {
  readonly node: string;
  readonly server: RegistryServer;
  readonly calls: RemoteCalls;
  readonly answerMsMax: number;
  readonly later: (ms: number, task: () => void) => void;
  /** Wraps what is asked of the registry, where it is asked; for stories. */
  readonly tell?: (nodes: Writes) => Writes;
}

type Writes = Pick<NodeRegistry, "announce" | "declareLost" | "leave">;

export class RemoteNodeRegistry implements NodeRegistry {
  readonly #parts: RemoteNodeRegistryParts;
  readonly #writes: Writes;
  /** Since the last reading: a break between two readings must show all the same, as in Redis' node registry. */
  #interrupted = false;
  #connecting = false;
  #closed = false;

  constructor(parts: RemoteNodeRegistryParts) {
    this.#parts = parts;
    const { server, tell } = parts;
    const writes: Writes = {
      announce: async (entry, leaseMs) => server.nodes.announce(entry, leaseMs),
      declareLost: async (node) => server.nodes.declareLost(node),
      leave: async (node) => server.nodes.leave(node),
    };
    this.#writes = tell?.(writes) ?? writes;
    parts.server.onRestart(() => this.breakOff());
    this.#connect();
  }

  /** The server sees the connection end. */
  breakOff(): void {
    this.#interrupted = true;
    this.#parts.server.disconnect(this.#parts.node);
    if (!this.#connecting) this.#connectLater();
  }

  announce(entry: NodeEntry, leaseMs: number): Promise<AnnounceResult> {
    return this.#ask("announce", () => this.#writes.announce(entry, leaseMs));
  }

  async read(): Promise<readonly RegisteredNode[]> {
    const nodes = await this.#ask("read", async () => this.#parts.server.nodes.read());
    const stood = !this.#interrupted;
    this.#interrupted = false;
    return nodes.map((each) =>
      each.entry.node === this.#parts.node ? { ...each, connected: each.connected && stood } : each,
    );
  }

  declareLost(node: string, why: string): Promise<boolean> {
    return this.#ask("declareLost", () => this.#writes.declareLost(node, why));
  }

  leave(node: string): Promise<void> {
    return this.#ask("leave", () => this.#writes.leave(node));
  }

  onChanged(listener: () => void): () => void {
    return this.#parts.server.onChanged(() => this.#parts.calls.hear(listener));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#parts.server.disconnect(this.#parts.node);
  }

  #ask<Result>(what: string, run: () => Promise<Result>): Promise<Result> {
    return this.#parts.calls.ask({ what, writes: true, answerMsMax: this.#parts.answerMsMax, run });
  }

  #connectLater(): void {
    this.#connecting = true;
    this.#parts.later(reconnectMs, () => this.#connect());
  }

  #connect(): void {
    this.#connecting = false;
    if (this.#closed) return;
    if (this.#parts.calls.reachable) this.#parts.server.connect(this.#parts.node);
    else this.#connectLater();
  }
}
