/**
 * Bytes of everything that is stored, as servers of each version wrote them: golden/<kind>-<version>.hex, and what
 * they say in the .json beside. A file never changes once it is on the main branch: it stands for what is stored out
 * there. For a new version write its .json, then run `node test/durability/golden-make.ts`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { readExport, writeExport } from "../../server/durability/export-format.ts";
import { type Framed, frameRecord, readFrame } from "../../server/durability/format.ts";
import type { MatchEntry } from "../../server/durability/store.ts";
import { entryChange, type StoredEntry } from "../../server/durability/stores/catalogue.ts";
import { entryFields, matchEntry } from "../../server/durability/stores/redis-keys.ts";
import {
  blockHeaderBytes,
  encodeEntries,
  type PlacedEntry,
  readEntries,
  recordOf,
  sealBlock,
} from "../../server/durability/stores/wal-block.ts";
import { scanLog } from "../../server/durability/stores/wal-scan.ts";
import { recordCodec } from "../../server/match/record.ts";
import { packSnapshot, unpackSnapshot } from "../../server/match/snapshot-codec.ts";
import type { MatchState } from "../../server/match/state.ts";
import { tally } from "../match/tally.ts";

export const goldenDirectory = new URL("./golden/", import.meta.url);

interface GoldenKind<Fields> {
  /** In the version of now. */
  write(fields: Fields): Uint8Array;
  /** In any version. @param expected the fields, for what a reader has to know beforehand */
  read(bytes: Buffer, expected: Fields): unknown;
}

interface RecordFields {
  readonly epoch: number;
  readonly tick: number;
  readonly inputs: [];
  readonly events?: object;
}

interface SnapshotFields {
  readonly epoch: number;
  readonly worldVersion?: number;
  readonly state: MatchState;
}

interface EntriesFields {
  readonly entries: readonly { id: string; epoch: number; tick: number; record: string }[];
}

interface BlockFields extends EntriesFields {
  readonly salt: number;
  readonly segment: number;
  readonly sequence: number;
}

interface ExportFields {
  readonly entry: MatchEntry;
  readonly damage: string[];
  readonly records: string[];
  readonly snapshots: string[];
}

const codec = recordCodec(tally.input);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const unhex = (text: string) => Buffer.from(text, "hex");

export const goldenKinds: Readonly<Record<string, GoldenKind<never>>> = {
  record: {
    write: ({ epoch, tick, inputs, events }: RecordFields) =>
      frameRecord({ epoch, tick, payload: codec.encode({ inputs, ...(events && { events }) }) }),
    read: (bytes) => {
      const { epoch, tick, payload, version } = framed(bytes);
      return { epoch, tick, ...codec.decode(payload, version) };
    },
  },
  snapshot: {
    write: ({ epoch, worldVersion, state }: SnapshotFields) =>
      packSnapshot({ epoch, state, version: worldVersion }),
    read: (bytes) => {
      const frame = framed(bytes);
      const { state, version } = unpackSnapshot(frame);
      return { epoch: frame.epoch, tick: frame.tick, worldVersion: version, state };
    },
  },
  export: {
    write: ({ records, snapshots, ...rest }: ExportFields) =>
      writeExport({ ...rest, records: records.map(unhex), snapshots: snapshots.map(unhex) }),
    read: (bytes) => {
      const reading = readExport(bytes);
      if (!reading.ok) throw new Error(reading.reason);
      const { records, snapshots, ...rest } = reading.stored;
      return { ...rest, records: records.map(hex), snapshots: snapshots.map(hex) };
    },
  },
  "log-block": {
    write: (fields: BlockFields) => {
      const bytes = Buffer.concat([Buffer.alloc(blockHeaderBytes), encodeEntries(walEntries(fields))]);
      sealBlock(bytes, fields);
      return bytes;
    },
    read: (bytes, { salt, segment }: BlockFields) => {
      const { blocks } = scanLog([{ segment, bytes }], salt);
      return { salt, segment, sequence: blocks[0]?.sequence, entries: blocks[0]?.entries.map(entryOf) };
    },
  },
  chunk: {
    write: (fields: EntriesFields) => encodeEntries(walEntries(fields)),
    read: (bytes) => ({
      entries: readEntries(bytes, { start: 0, end: bytes.length }, "checked").entries.map(entryOf),
    }),
  },
  "catalogue-entry": {
    write: (fields: StoredEntry) => entryChange(fields).value!,
    read: (bytes) => JSON.parse(bytes.toString()),
  },
  "redis-entry": {
    write: (fields: MatchEntry) => Buffer.from(JSON.stringify(entryFields(fields))),
    read: (bytes, { id }: MatchEntry) => {
      const reply = (JSON.parse(bytes.toString()) as string[]).map((text) => Buffer.from(text));
      return matchEntry(id, reply);
    },
  },
};

export interface Golden {
  readonly kind: string;
  readonly version: number;
  /** One version may have several. */
  readonly variant: string | undefined;
  readonly bytes: Buffer;
  readonly fields: unknown;
}

export const goldenNames: readonly string[] = readdirSync(goldenDirectory)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -".json".length));

export function golden(name: string): Golden {
  const [, kind, version, variant] = /^([a-z-]+)-(\d+)(?:-([a-z]+))?$/.exec(name)!;
  const fields = JSON.parse(readFileSync(new URL(`${name}.json`, goldenDirectory), "utf8"));
  const text = readFileSync(new URL(`${name}.hex`, goldenDirectory), "utf8");
  return { kind: kind!, version: Number(version), variant, bytes: unhex(text.replaceAll("\n", "")), fields };
}

/** The lines of a hex file. */
export function hexLines(bytes: Uint8Array): string {
  return `${hex(bytes).replace(/.{96}(?=.)/g, "$&\n")}\n`;
}

function framed(bytes: Uint8Array): Framed {
  const reading = readFrame(bytes);
  if (!reading.ok) throw new Error(reading.reason);
  return reading;
}

function walEntries({ entries }: EntriesFields) {
  return entries.map(({ id, epoch, tick, record }) => ({
    ...{ id: Buffer.from(id), epoch, tick, record: unhex(record) },
  }));
}

function entryOf(placed: PlacedEntry) {
  const { id, epoch, tick } = placed;
  return { id, epoch, tick, record: hex(recordOf(placed)) };
}
