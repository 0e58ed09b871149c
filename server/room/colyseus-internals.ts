/**
 * Checks at the start that every private of Colyseus and of ws that this server uses has the shape that was read. Only
 * the folder beside this file names them. A package that changed one would break a promise later, in a match; therefore
 * such a server does not start.
 */
import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { connectClientToRoom, defineServer, matchMaker, Room, SchemaSerializer } from "@colyseus/core";
import { Encoder, MapSchema, Schema, SetSchema, StateView } from "@colyseus/schema";
import { WebSocketClient, WebSocketTransport } from "@colyseus/ws-transport";
import { WebSocket } from "ws";
import type { ErrorCode } from "../../shared/wire/errors.ts";
import { branchRows, changeTreeOf } from "./colyseus-internals/branch-internals.ts";
import { buildingRows } from "./colyseus-internals/building-internals.ts";
import {
  type InstalledParts,
  type PrivateRow,
  type ReadPackage,
  readIn,
} from "./colyseus-internals/private-row.ts";
import { refRows } from "./colyseus-internals/ref-internals.ts";
import { roomRows } from "./colyseus-internals/room-internals.ts";
import { seatRows } from "./colyseus-internals/seat-internals.ts";
import { serializerRows } from "./colyseus-internals/serializer-internals.ts";
import { serverRows } from "./colyseus-internals/server-internals.ts";
import { stateViewRows } from "./colyseus-internals/state-view-internals.ts";
import { transportRows } from "./colyseus-internals/transport-internals.ts";
import { treeRows } from "./colyseus-internals/tree-internals.ts";

export const privateRows: readonly PrivateRow[] = [
  ...seatRows,
  ...roomRows,
  ...serializerRows,
  ...serverRows,
  ...branchRows,
  ...refRows,
  ...treeRows,
  ...buildingRows,
  ...stateViewRows,
  ...transportRows,
];

export const installedParts: InstalledParts = {
  ...{ Room, SchemaSerializer, matchMaker, connectClientToRoom, defineServer, Encoder, changeTreeOf },
  ...{ Schema, MapSchema, SetSchema, StateView, WebSocketTransport, WebSocketClient, WebSocket },
};

export class InternalsError extends Error {
  readonly code: ErrorCode = "colyseus/changed";
}

/** What is installed does not change while a process lives: it is checked once. */
let isChecked = false;

/** Call before anything is opened. @throws InternalsError, which names every private that has changed */
export function assertColyseusInternals(installed: InstalledParts = installedParts): void {
  if (installed === installedParts && isChecked) return;
  const changed = privateRows.filter((row) => !isAsRead(row, installed));
  if (changed.length === 0) {
    isChecked ||= installed === installedParts;
    return;
  }
  const each = changed.map(
    ({ name, of, why }) =>
      `${name} of ${of}, read in ${readIn[of]}, is different in the installed ${installedVersion(of)} (${why})`,
  );
  throw new InternalsError(
    `this server cannot run on the installed packages: ${each.join("; ")}. Install the versions of package-lock.json`,
  );
}

function isAsRead({ holds }: PrivateRow, installed: InstalledParts): boolean {
  try {
    return holds(installed);
  } catch {
    return false;
  }
}

export function installedVersion(name: ReadPackage): string {
  const path = findPackageJSON(name, import.meta.url);
  if (path === undefined) return "version, which is unknown";
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
