/**
 * A match as one file, to replay it on another machine. Little-endian; a header, then sections to the end:
 *
 *   offset size what
 *        0    8 "HOLDFAST"
 *        8    4 version of the file
 * 12    . what the version says; version 1, the present one: sections
 *
 *   section: 0  4 crc32 of everything after it in the section
 *            4  1 kind: 1 catalogue entry (JSON), 2 snapshot frame, 3 record frame, 4 damage note (text), 9 end
 *            5  3 zero
 *            8  4 body length in bytes
 *           12  . body
 *
 * The entry comes first; snapshots are newest first and records in the order of their acceptance, as the store gave
 * them. The end comes last; its body is the number of sections before it (uint32), and nothing follows. Frames are
 * those of format.ts, unchecked: the copy of a damaged match is as damaged as the match.
 */
import { crc32 } from "node:zlib";
import { newestVersion, type ReadersByVersion, versionFault, versionRefusal } from "./format-versions.ts";
import type { MatchEntry, StoredMatch, StoredMatchState } from "./store.ts";

const magic = Buffer.from("HOLDFAST", "latin1");
const headerBytes = 12;
const sectionHeaderBytes = 12;
const kinds = { entry: 1, snapshot: 2, record: 3, damage: 4, end: 9 } as const;

const matchStates: readonly unknown[] = [
  "running",
  "sleeping",
  "over",
  "set-aside",
] satisfies StoredMatchState[];

type Kind = keyof typeof kinds;

interface Section {
  readonly kind: Kind;
  readonly body: Buffer;
  readonly end: number;
}

type ExportCode = "export/damaged" | "export/newer-version" | "export/dropped-version";

export type ExportReading =
  | { ok: true; stored: StoredMatch }
  | { ok: false; code: ExportCode; reason: string };

export const exportReaders: ReadersByVersion<(bytes: Buffer) => ExportReading> = { 1: readFirst };

/** The whole file. */
export function writeExport(stored: StoredMatch): Buffer {
  const header = Buffer.alloc(headerBytes);
  magic.copy(header);
  header.writeUInt32LE(newestVersion(exportReaders), 8);
  const sections = [
    section("entry", Buffer.from(JSON.stringify(stored.entry))),
    ...stored.snapshots.map((bytes) => section("snapshot", bytes)),
    ...stored.records.map((bytes) => section("record", bytes)),
    ...stored.damage.map((note) => section("damage", Buffer.from(note))),
  ];
  const count = Buffer.alloc(4);
  count.writeUInt32LE(sections.length);
  return Buffer.concat([header, ...sections, section("end", count)]);
}

/** Finds every flipped, missing or added byte; the reason names the place. Never throws. */
export function readExport(file: Uint8Array): ExportReading {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  if (!bytes.subarray(0, magic.length).equals(magic)) return refuse("it is not an exported match (byte 0)");
  if (bytes.length < headerBytes) return refuse(`it ends inside its header, at byte ${bytes.length}`);
  const version = bytes.readUInt32LE(8);
  const fault = versionFault(exportReaders, version);
  if (fault === undefined) return exportReaders[version]!(bytes);
  const reason = versionRefusal("it is an exported match", version, exportReaders);
  return { ok: false, code: `export/${fault}-version`, reason };
}

function readFirst(bytes: Buffer): ExportReading {
  const sections: Section[] = [];
  for (let at = headerBytes; sections.at(-1)?.kind !== "end"; at = sections.at(-1)!.end) {
    const next = sectionAt(bytes, at);
    if (typeof next === "string") return refuse(`section ${sections.length + 1} at byte ${at} ${next}`);
    sections.push(next);
  }
  const { body, end } = sections.pop()!;
  if (end !== bytes.length)
    return refuse(`${bytes.length - end} bytes too many follow its end at byte ${end}`);
  const promised = body.length === 4 ? body.readUInt32LE(0) : -1;
  if (promised !== sections.length) return refuse(`${sections.length} sections found, ${promised} written`);
  return storedOf(sections);
}

function section(kind: Kind, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(sectionHeaderBytes + body.length);
  bytes[4] = kinds[kind];
  bytes.writeUInt32LE(body.length, 8);
  bytes.set(body, sectionHeaderBytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

/** @returns the section, or what is wrong with it */
function sectionAt(bytes: Buffer, at: number): Section | string {
  if (at + sectionHeaderBytes > bytes.length) return `is missing: the file was cut off`;
  const end = at + sectionHeaderBytes + bytes.readUInt32LE(at + 8);
  if (end > bytes.length) return `should reach to byte ${end}, the file ends at byte ${bytes.length}`;
  if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32LE(at)) return "has a wrong checksum";
  const kind = (Object.keys(kinds) as Kind[]).find((name) => kinds[name] === bytes[at + 4]);
  if (kind === undefined) return `has the unknown kind ${bytes[at + 4]}`;
  return { kind, body: bytes.subarray(at + sectionHeaderBytes, end), end };
}

function storedOf(sections: readonly Section[]): ExportReading {
  const of = (kind: Kind) => sections.filter((each) => each.kind === kind).map(({ body }) => body);
  const entries = of("entry");
  if (entries.length !== 1) return refuse(`${entries.length} catalogue entries where one is expected`);
  const damage = of("damage").map((note) => note.toString("utf8"));
  const entry = entryOf(entries[0]!.toString("utf8"));
  if (entry === undefined) return refuse("its catalogue entry is invalid");
  return { ok: true, stored: { entry, snapshots: of("snapshot"), records: of("record"), damage } };
}

/** Fields that an older writer did not know stay missing; unknown fields are kept. */
function entryOf(text: string): MatchEntry | undefined {
  try {
    const entry = JSON.parse(text) as MatchEntry;
    const { id, node, about, state, epoch, createdAtMs } = entry;
    const texts = [id, node, about].every((field) => typeof field === "string");
    const isOne = texts && matchStates.includes(state) && epoch >= 1 && Number.isFinite(createdAtMs);
    return isOne ? entry : undefined;
  } catch {
    return undefined;
  }
}

function refuse(reason: string): ExportReading {
  return { ok: false, code: "export/damaged", reason };
}
