/** Where matches are kept, how safe a tick is before it is shown, and how long stored data is kept. */
import { storeKinds } from "../stores/registered.ts";
import type { Setting } from "./setting.ts";

export const storeSettings = {
  dataDir: {
    type: "text",
    default: "./data",
    flag: "data",
    env: "DATA_DIR",
    help: "directory of the journal and the snapshots",
  },
  store: {
    type: "choice",
    default: "embedded",
    get choices(): readonly string[] {
      return Object.keys(storeKinds);
    },
    help: "where matches are kept: a data directory, Redis, or nowhere (memory)",
  },
  redisUrl: {
    type: "text",
    default: "redis://127.0.0.1:6379",
    env: "REDIS_URL",
    secret: "credentials",
    help: "Redis of --store redis; rediss:// for TLS",
  },
  redisPrefix: {
    type: "text",
    default: "holdfast:",
    help: "prefix of every key in Redis; one per fleet",
  },
  redisAnswerMsMax: {
    type: "integer",
    default: 2000,
    min: 50,
    max: 60_000,
    unit: "ms",
    help: "how long an answer of Redis is waited for before the write is tried again",
  },
  durability: {
    type: "choice",
    default: "auto",
    choices: ["auto", "machine", "process", "replica"],
    help: "what a tick survives before it is shown: power loss, the death of the process, or (Redis) of its machine; auto: machine, with Redis process",
  },
  gate: {
    type: "choice",
    default: "strict",
    choices: ["strict", "available"],
    help: "what a match does while the store is away; strict: freeze; available: play on, and what players see may be lost",
  },
  unackedTicksMax: {
    type: "integer",
    default: 60,
    min: 2,
    max: 3600,
    unit: "ticks",
    help: "a match freezes when this many of its ticks are not durable yet",
  },
  gateKibMax: {
    type: "integer",
    default: 4096,
    min: 64,
    max: 262_144,
    unit: "KiB",
    help: "a match freezes when its gate holds this much",
  },
  stateKibMax: {
    type: "integer",
    default: 8192,
    min: 64,
    max: 65_536,
    unit: "KiB",
    help: "largest full state that a joining client is sent; a match with a larger one takes nobody",
  },
  snapshotEverySeconds: {
    type: "integer",
    default: 5,
    min: 1,
    max: 600,
    unit: "s",
    help: "longest time between two snapshots of a match",
  },
  snapshotEveryKib: {
    type: "integer",
    default: 256,
    min: 1,
    max: 65_536,
    unit: "KiB",
    help: "size of a match's journal after which a snapshot is taken early",
  },
  journalKeep: {
    type: "choice",
    default: "match",
    choices: ["match", "snapshot"],
    help: "how far back the journal is kept: the whole match (replay), or the last snapshots",
  },
  journalSegmentKib: {
    type: "integer",
    default: 8192,
    min: 64,
    max: 1_048_576,
    unit: "KiB",
    help: "size of one preallocated journal file; two or three are in use",
  },
  finishedKeepMinutes: {
    type: "integer",
    default: 60,
    min: 0,
    max: 525_600,
    unit: "min",
    help: "how long a finished match is kept for replay",
  },
} as const satisfies Record<string, Setting>;
