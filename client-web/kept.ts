/** What the page remembers in a storage of the browser, each under one key. What cannot be read as what it should be is nothing. */

export interface Kept<Value> {
  get(): Value | undefined;
  set(value: Value): void;
  clear(): void;
}

export function kept<Value>(
  storage: Storage,
  key: string,
  isIt: (value: unknown) => value is Value,
): Kept<Value> {
  return {
    get: () => {
      try {
        const value: unknown = JSON.parse(storage.getItem(key) ?? "null");
        return isIt(value) ? value : undefined;
      } catch {
        return undefined;
      }
    },
    set: (value) => storage.setItem(key, JSON.stringify(value)),
    clear: () => storage.removeItem(key),
  };
}

/** Whether it is an object with a text in each of these fields. */
export function hasTexts<Field extends string>(
  value: unknown,
  fields: readonly Field[],
): value is Record<Field, string> {
  return (
    typeof value === "object" &&
    value !== null &&
    fields.every((field) => typeof (value as Record<string, unknown>)[field] === "string")
  );
}
