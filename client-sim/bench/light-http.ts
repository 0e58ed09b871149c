/**
 * A minimal HTTP client: one keep-alive connection, one request at a time, answers with a Content-Length. A benchmark
 * of the server shares the machine with its clients, and Node's own client would cost about as much as the server.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const headEnd = "\r\n\r\n";

export interface LightAnswer {
  readonly status: number;
  readonly body: string;
}

export interface LightQuestion {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** Header lines with their line ends. */
  readonly headers: string;
  /** JSON, and ASCII. */
  readonly body?: string;
}

export class LightHttp {
  readonly #socket: Socket;
  readonly #host: string;
  #received = "";
  #answered: PromiseWithResolvers<LightAnswer> | undefined;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#receive(text));
    socket.on("error", () => {});
    socket.on("close", () => this.#answered?.reject(new Error(`${host} closed the connection`)));
  }

  /** @param origin http://host:port */
  static async open(origin: string): Promise<LightHttp> {
    const { hostname, port, host } = new URL(origin);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, "connect");
    return new LightHttp(socket, host);
  }

  /** @throws Error when the connection ends before the answer */
  ask({ method, path, headers, body }: LightQuestion): Promise<LightAnswer> {
    assert(this.#answered === undefined, "one question at a time");
    this.#answered = Promise.withResolvers<LightAnswer>();
    const about =
      body === undefined ? "" : `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
    this.#socket.write(
      `${method} ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n${headers}${about}\r\n${body ?? ""}`,
    );
    return this.#answered.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(text: string): void {
    this.#received += text;
    const headLength = this.#received.indexOf(headEnd);
    if (headLength < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(this.#received.slice(0, headLength))?.[1] ?? 0);
    const end = headLength + headEnd.length + length;
    if (this.#received.length < end) return;
    const answer = {
      status: Number(this.#received.slice(9, 12)),
      body: this.#received.slice(end - length, end),
    };
    this.#received = this.#received.slice(end);
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.resolve(answer);
  }
}
