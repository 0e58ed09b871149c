/**
 * The kinds of stores that `--store` may name, one line each. Only the settings decide which one a process opens;
 * none is loaded before. To add one: a file or a folder beside this one, and a line here.
 */
import type { StoreKind } from "./store-kind.ts";

export const storeKinds: Record<string, StoreKind> = {
  embedded: {
    levels: ["machine", "process"],
    shared: false,
    lasts: true,
    secretDirectory: ({ dataDir }) => dataDir,
    load: () => import("./embedded.ts"),
  },
  redis: {
    levels: ["process", "machine", "replica"],
    shared: true,
    lasts: true,
    load: () => import("./redis.ts"),
  },
  // Its contents end with the process, so no level can be broken.
  memory: {
    levels: ["process", "machine", "replica"],
    shared: false,
    lasts: false,
    load: () => import("./memory.ts"),
  },
};

/** @throws when there is none with this name, which the settings rule out */
export function storeKind(name: string): StoreKind {
  const kind = Object.hasOwn(storeKinds, name) ? storeKinds[name] : undefined;
  if (kind === undefined) throw new Error(`no kind of store is registered as ${JSON.stringify(name)}`);
  return kind;
}
