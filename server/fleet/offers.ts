/**
 * Offers one thing to one node after another, best first, until a node takes it or says a no that every other node would
 * say as well. Each is asked once, so the caller's list is the bound. It decides nothing about what a no means.
 */
export interface Offer<Target, Answer> {
  readonly targets: readonly Target[];
  /** Rejects when the node does not answer: it may have died, and the next one is asked. */
  readonly ask: (target: Target) => Promise<Answer>;
  /** Whether another node may answer otherwise. */
  readonly mayDiffer: (answer: Answer) => boolean;
  /** Nobody waits for the answer any more: no further node is asked. */
  readonly signal?: AbortSignal;
}

export interface Offered<Target, Answer> {
  /** The answer that counts, and the node that gave it; undefined: no node gave one. */
  readonly settled: { readonly answer: Answer; readonly target: Target } | undefined;
  /** The other answers, in order; `undefined` stands for a node that did not answer. */
  readonly others: readonly (Answer | undefined)[];
}

export async function offered<Target, Answer>({
  targets,
  ask,
  mayDiffer,
  signal,
}: Offer<Target, Answer>): Promise<Offered<Target, Answer>> {
  const others: (Answer | undefined)[] = [];
  for (const target of targets) {
    if (signal?.aborted === true) break;
    const answer = await ask(target).catch(() => undefined);
    if (answer !== undefined && !mayDiffer(answer)) return { settled: { answer, target }, others };
    others.push(answer);
  }
  return { settled: undefined, others };
}
