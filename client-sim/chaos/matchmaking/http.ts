/**
 * The HTTP of all players of a run, counted: how many requests a kill broke, and how often a creation was repeated
 * under its key. It can also change answers, so that a test shows that the checker notices.
 */
import type { AnswerChange } from "./false-answers.ts";

export class Wire {
  /** Requests without an answer. */
  broken = 0;
  /** Creations that were answered with the ticket of an earlier request under the same key. */
  answeredTwice = 0;
  readonly #keys = new Map<string, number>();
  readonly #change: AnswerChange;

  constructor(change: AnswerChange) {
    this.#change = change;
  }

  /** Keys under which a ticket was asked for more than once. */
  get keysRepeated(): number {
    return [...this.#keys.values()].filter((times) => times > 1).length;
  }

  fetch: typeof fetch = async (url, init) => {
    const { pathname } = new URL(String(url));
    const creates = init?.method === "POST" && pathname === "/v1/tickets";
    const key = new Headers(init?.headers).get("idempotency-key");
    if (creates && key !== null) this.#keys.set(key, (this.#keys.get(key) ?? 0) + 1);
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, init);
      text = await response.text();
    } catch (error) {
      this.broken += 1;
      throw error;
    }
    if (creates && response.status === 200) this.answeredTwice += 1;
    const { status, headers } = response;
    const said = this.#change(pathname, { status, text });
    return new Response(said.status === 204 ? null : said.text, { status: said.status, headers });
  };
}
