/** Which rows this process' callers watch. The store brings the news. */

/** For the whole process; further ones are refused, and their callers try again later. */
const watchersMax = 50_000;

export class Watchers {
  /** Part to key to listeners; the key "" stands for the whole part. */
  readonly #parts = new Map<string, Map<string, Set<() => void>>>();
  #count = 0;

  get isFull(): boolean {
    return this.#count >= watchersMax;
  }

  isWatched(part: string): boolean {
    return this.#parts.has(part);
  }

  get parts(): Iterable<string> {
    return this.#parts.keys();
  }

  /** @returns a function that stops it, which may be called twice */
  add(part: string, key: string | undefined, listener: () => void): () => void {
    const keys = entryOf(this.#parts, part, () => new Map<string, Set<() => void>>());
    const listeners = entryOf(keys, key ?? "", () => new Set<() => void>());
    // Each has its own listener, so that the same function may watch twice.
    const own = () => listener();
    listeners.add(own);
    this.#count += 1;
    return () => {
      if (!listeners.delete(own)) return;
      this.#count -= 1;
      if (listeners.size === 0 && keys.get(key ?? "") === listeners) keys.delete(key ?? "");
      if (keys.size === 0 && this.#parts.get(part) === keys) this.#parts.delete(part);
    };
  }

  tell(part: string, changed: Iterable<string>): void {
    const keys = this.#parts.get(part);
    if (!keys) return;
    for (const key of changed) for (const listener of [...(keys.get(key) ?? [])]) listener();
    for (const listener of [...(keys.get("") ?? [])]) listener();
  }

  /** Some news may have been missed. */
  tellAll(part: string): void {
    for (const listeners of [...(this.#parts.get(part)?.values() ?? [])])
      for (const listener of [...listeners]) listener();
  }
}

function entryOf<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
