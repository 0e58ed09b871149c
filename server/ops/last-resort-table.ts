/**
 * The table of the last resort: what an uncaught error means, by its origin. Pure. The first matching row decides.
 * Ending is safe (P2: what a player saw is durable, and the next process continues), so it is right wherever the
 * state of a match may be wrong. Elsewhere one part failed, and the others continue.
 */
import { errorEntry } from "../../shared/wire/errors.ts";
import { WorkFailed, works } from "./work.ts";

export interface Uncaught {
  readonly error: unknown;
  /** Whether the process is serving already. */
  readonly serving: boolean;
  /** Path of the checkout as it appears in stacks; it identifies our own frames. */
  readonly root: string;
}

export type RowName = (typeof rows)[number]["name"];

export interface Verdict {
  readonly row: RowName;
  readonly act: "end" | "contain";
  /** Whether many of them are a sign that the process is in a bad state. */
  readonly counts: boolean;
}

interface ErrorRow {
  readonly name: string;
  readonly act: "end" | "contain";
  readonly counts?: false;
  readonly fits: (seen: ErrorSeen) => boolean;
}

/** The properties of the error that rows use. */
interface ErrorSeen {
  readonly serving: boolean;
  readonly failed: WorkFailed | undefined;
  readonly code: string;
  readonly name: string;
  readonly message: string;
  /** Paths below the checkout, without packages. */
  readonly frames: readonly string[];
}

const noMemory = new Set(["ENOMEM", "ERR_MEMORY_ALLOCATION_FAILED", "ERR_WORKER_OUT_OF_MEMORY"]);
/** A connection of ours or a client's, a name server, the limit of descriptors: the cause is outside. */
const outsideCodes = new Set([
  ...["EPIPE", "ECONNRESET", "ECONNREFUSED", "ECONNABORTED", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"],
  ...["ENOTFOUND", "EAI_AGAIN", "ENOTCONN", "EMFILE", "ENFILE", "ERR_STREAM_DESTROYED", "ABORT_ERR"],
  ...["ERR_STREAM_WRITE_AFTER_END", "ERR_STREAM_PREMATURE_CLOSE", "ERR_SOCKET_CLOSED", "UND_ERR_SOCKET"],
]);
const outsideNames = new Set(["ReplyError", "MaxRetriesPerRequestError", "AbortError", "TimeoutError"]);
/** Errors of the Redis client, which have no code. */
const outsideWords =
  /^(Command timed out|Connection is closed\.?|Stream isn't writeable|Socket closed unexpectedly)/;
const core = /^server\/(match|durability)\//;

export const rows = [
  // The supervisor tries again, with growing delays.
  { name: "start", act: "end", fits: ({ serving }) => !serving },
  {
    name: "memory",
    act: "end",
    fits: ({ code, name, message }) =>
      noMemory.has(code) || (name === "RangeError" && /allocation failed/i.test(message)),
  },
  {
    name: "vital-work",
    act: "end",
    fits: ({ failed }) => failed !== undefined && works[failed.work] === "end",
  },
  { name: "work", act: "contain", fits: ({ failed }) => failed !== undefined },
  // The assertion's author stated that nothing is valid without it.
  {
    name: "invariant",
    act: "end",
    fits: ({ code, frames }) =>
      code === "ERR_INTERNAL_ASSERTION" || (code === "ERR_ASSERTION" && frames.length > 0),
  },
  {
    name: "outside",
    act: "contain",
    counts: false,
    fits: ({ code, name, message }) =>
      outsideCodes.has(code) ||
      errorEntry(code)?.outside !== undefined ||
      outsideNames.has(name) ||
      outsideWords.test(message),
  },
  // The error passed through the tick or the commit, and nothing there handled it.
  { name: "core", act: "end", fits: ({ frames }) => frames.some((frame) => core.test(frame)) },
  // A request, a socket, a room: all our other code.
  { name: "ours", act: "contain", fits: ({ frames }) => frames.length > 0 },
  { name: "library", act: "contain", fits: () => true },
] as const satisfies readonly ErrorRow[];

export function verdict({ error, serving, root }: Uncaught): Verdict {
  const failed = error instanceof WorkFailed ? error : undefined;
  const thrown: Partial<NodeJS.ErrnoException> = Object((failed ?? { cause: error }).cause);
  const seen: ErrorSeen = {
    ...{ serving, failed },
    code: String(thrown.code ?? ""),
    name: String(thrown.name ?? ""),
    message: String(thrown.message ?? ""),
    frames: ownFrames(String(thrown.stack ?? ""), root),
  };
  const row: ErrorRow & { name: RowName } = rows.find(({ fits }) => fits(seen)) ?? rows.at(-1)!;
  return { row: row.name, act: row.act, counts: row.counts !== false };
}

/** Innermost first. */
function ownFrames(stack: string, root: string): string[] {
  return stack.split("\n").flatMap((line) => {
    const at = line.indexOf(root);
    const path =
      at < 0
        ? ""
        : line
            .slice(at + root.length)
            .replace(/^[/\\]/, "")
            .replaceAll("\\", "/");
    return path.startsWith("server/") || path.startsWith("shared/") ? [path] : [];
  });
}
