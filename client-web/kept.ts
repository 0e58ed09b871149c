/**
 * Values that the page keeps in the browser's storage, each under one key. A value that cannot be read counts as
 * absent. Servers behind several paths of one host share the storage, but not their values.
 */

export interface StoredValue<Value> {
  get(): Value | undefined;
  set(value: Value): void;
  clear(): void;
}

export function kept<Value>(
  storage: Storage,
  name: string,
  isIt: (value: unknown) => value is Value,
): StoredValue<Value> {
  const key = keyOf(name);
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

/** The storage key; for a page without a path it is the name alone. */
export function keyOf(name: string, page: { readonly pathname: string } = ownPage()): string {
  const { pathname } = page;
  const folder = pathname.slice(0, pathname.lastIndexOf("/"));
  return folder === "" ? name : `${name} ${folder}`;
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

function ownPage(): { readonly pathname: string } {
  return globalThis.location ?? { pathname: "/" };
}
