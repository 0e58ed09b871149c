/**
 * The directory as one process sees it: behind a bad network, with a connection that the board server sees, that
 * can break, and that is made anew as soon as something can be reached.
 */
import type {
  AnnounceResult,
  NodeEntry,
  NodeRegistry,
  RegisteredNode,
} from "../../server/fleet/node-registry.ts";
import type { BoardServer } from "./board-server.ts";
import type { RemoteCalls } from "./remote-calls.ts";

/** Between two attempts to connect again. */
const reconnectMs = 60;

export interface RemoteDirectoryParts {
  readonly node: string;
  readonly server: BoardServer;
  readonly calls: RemoteCalls;
  readonly answerMsMax: number;
  readonly later: (task: () => void, ms: number) => void;
  /** Wraps what is asked of the board, where it is asked; for stories. */
  readonly tell?: (board: Writes) => Writes;
}

type Writes = Pick<NodeRegistry, "announce" | "declareLost" | "leave">;

export class RemoteDirectory implements NodeRegistry {
  readonly #parts: RemoteDirectoryParts;
  readonly #writes: Writes;
  /** Since the last reading: a break between two readings must show all the same, as in Redis' directory. */
  #interrupted = false;
  #connecting = false;
  #closed = false;

  constructor(parts: RemoteDirectoryParts) {
    this.#parts = parts;
    const { server, tell } = parts;
    const writes: Writes = {
      announce: async (card, leaseMs) => server.board.announce(card, leaseMs),
      declareLost: async (node) => server.board.declareLost(node),
      leave: async (node) => server.board.leave(node),
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

  announce(card: NodeEntry, leaseMs: number): Promise<AnnounceResult> {
    return this.#ask("announce", () => this.#writes.announce(card, leaseMs));
  }

  async read(): Promise<readonly RegisteredNode[]> {
    const board = await this.#ask("read", async () => this.#parts.server.board.read());
    const stood = !this.#interrupted;
    this.#interrupted = false;
    return board.map((each) =>
      each.card.node === this.#parts.node ? { ...each, connected: each.connected && stood } : each,
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
    this.#parts.later(() => this.#connect(), reconnectMs);
  }

  #connect(): void {
    this.#connecting = false;
    if (this.#closed) return;
    if (this.#parts.calls.reachable) this.#parts.server.connect(this.#parts.node);
    else this.#connectLater();
  }
}
