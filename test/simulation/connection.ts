/**
 * A client's connection to one process: two lines in order, which end when either side closes, when the
 * process dies, or when something in between breaks them.
 */
import { Line, type LineParts } from "./line.ts";
import type { CloseReason, ToClient, ToServer } from "./messages.ts";

export interface ClientEnd {
  /** `unprotected`: a crash can take it back, and it was marked so. */
  receive(connection: Connection, message: ToClient, unprotected: boolean): void;
  closed(connection: Connection, reason: CloseReason): void;
}

export interface ServerEnd {
  /** Runs `task` in the process: not when it is dead, later when it stands still. */
  inProcess(task: () => void): void;
  receive(connection: Connection, message: ToServer): void;
  gone(connection: Connection): void;
}

/** Who listens in, at the client's end. */
export interface Overheard {
  sent(message: ToServer): void;
  received(message: ToClient): void;
  closed(reason: CloseReason): void;
}

export class Connection {
  readonly #client: ClientEnd;
  readonly #server: ServerEnd;
  readonly #overheard: Overheard | undefined;
  readonly #up: Line;
  readonly #down: Line;
  #clientOpen = true;
  #serverOpen = true;

  constructor(parts: {
    client: ClientEnd;
    server: ServerEnd;
    line: LineParts;
    overheard?: Overheard | undefined;
  }) {
    this.#client = parts.client;
    this.#server = parts.server;
    this.#overheard = parts.overheard;
    this.#up = new Line({ ...parts.line, ordered: true });
    this.#down = new Line({ ...parts.line, ordered: true });
  }

  get openOnServer(): boolean {
    return this.#serverOpen;
  }

  toServer(message: ToServer): void {
    if (!this.#clientOpen) return;
    this.#overheard?.sent(message);
    this.#up.carry(() =>
      this.#server.inProcess(() => {
        if (this.#serverOpen) this.#server.receive(this, message);
      }),
    );
  }

  toClient(message: ToClient, unprotected = false): void {
    if (!this.#serverOpen) return;
    this.#down.carry(() => {
      if (!this.#clientOpen) return;
      this.#overheard?.received(message);
      this.#client.receive(this, message, unprotected);
    });
  }

  /** The client closes. */
  hangUp(): void {
    if (!this.#clientOpen) return;
    this.#clientOpen = false;
    this.#up.carry(() => this.#server.inProcess(() => this.#serverGone()));
  }

  /** The server closes; what it sent before still arrives. */
  close(reason: CloseReason): void {
    if (!this.#serverOpen) return;
    this.#serverOpen = false;
    this.#down.carry(() => this.#clientClosed(reason));
  }

  /** The wire breaks: both sides notice, at their own time, and what was on the way is lost. */
  break(): void {
    if (!this.#clientOpen) return;
    this.#clientOpen = false;
    this.#up.carry(() => this.#server.inProcess(() => this.#serverGone()));
    this.#down.carry(() => this.#tellClosed("come-back"));
  }

  /** The process died: the kernel closes its sockets. */
  orphan(framesArrive: boolean): void {
    this.#serverOpen = false;
    if (framesArrive) this.#down.carry(() => this.#clientClosed("come-back"));
    else if (this.#clientOpen) {
      this.#clientOpen = false;
      this.#down.carry(() => this.#tellClosed("come-back"));
    }
  }

  #serverGone(): void {
    if (!this.#serverOpen) return;
    this.#serverOpen = false;
    this.#server.gone(this);
  }

  #clientClosed(reason: CloseReason): void {
    if (!this.#clientOpen) return;
    this.#clientOpen = false;
    this.#tellClosed(reason);
  }

  #tellClosed(reason: CloseReason): void {
    this.#overheard?.closed(reason);
    this.#client.closed(this, reason);
  }
}
