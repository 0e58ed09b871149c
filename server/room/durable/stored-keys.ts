/**
 * The keys of a stored map with their numbers and values, in the order of the map. Most maps are read once and built, so
 * what finds a key is only made when one changes. It knows no bytes.
 */
export class StoredKeys<Value> {
  readonly #indexes: number[] = [];
  readonly #keys: string[] = [];
  /** Undefined: the key is gone. */
  readonly #values: (Value | undefined)[] = [];
  #places: Map<string, number> | undefined;
  #isWhole = false;

  /** From now on keys may come again. */
  whole(): void {
    this.#isWhole = true;
  }

  /** @param value undefined: the key is gone */
  set(index: number, key: string, value: Value | undefined): void {
    const place = this.#isWhole ? this.#placeOf(key) : undefined;
    if (place !== undefined) {
      this.#indexes[place] = index;
      this.#values[place] = value;
      if (value === undefined) this.#places!.delete(key);
    } else if (value !== undefined) {
      this.#places?.set(key, this.#keys.length);
      this.#indexes.push(index);
      this.#keys.push(key);
      this.#values.push(value);
    }
  }

  *[Symbol.iterator](): Iterator<readonly [key: string, { readonly value: Value }]> {
    for (const [place, key] of this.#keys.entries()) {
      const value = this.#values[place];
      if (value !== undefined) yield [key, { value }];
    }
  }

  forEach(visit: (index: number, key: string, value: Value) => void): void {
    for (let place = 0; place < this.#keys.length; place++) {
      const value = this.#values[place];
      if (value !== undefined) visit(this.#indexes[place]!, this.#keys[place]!, value);
    }
  }

  #placeOf(key: string): number | undefined {
    this.#places ??= new Map(
      this.#keys.flatMap((each, place) =>
        this.#values[place] === undefined ? [] : [[each, place] as const],
      ),
    );
    return this.#places.get(key);
  }
}
