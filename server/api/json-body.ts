/**
 * Reads request bodies in the same way for every route: JSON in UTF-8, limited in bytes, depth and time, and checked
 * before it is parsed. A refused body is not read to its end: the connection closes.
 */
import type { Request, RequestHandler, Response } from "express";
import type { ErrorCode } from "../../shared/wire/errors.ts";
import { bodyBytesMax, bodyDepthMax, bodyMsMax } from "./limits.ts";
import { problem } from "./problem.ts";

type ParsedBody = { ok: true; body: unknown } | { ok: false; code: ErrorCode; detail: string };

export interface BodyLimits {
  readonly bytesMax?: number;
  /** The time until the whole body has arrived. */
  readonly msMax?: number;
}

/** Sets `request.body`, undefined when there is none; answers requests that it refuses. */
export function jsonBody({ bytesMax = bodyBytesMax, msMax = bodyMsMax }: BodyLimits = {}): RequestHandler {
  return async (request, response, next) => {
    request.body = undefined;
    if (!hasBody(request)) return next();
    const unreadable = whyUnreadable(request, bytesMax);
    const read = unreadable ?? parsed(await bytesOf(request, { bytesMax, msMax }));
    // The caller disconnected meanwhile and gets no answer.
    if (read === undefined) return undefined;
    if (!read.ok) return void refuse(request, response, read);
    request.body = read.body;
    return next();
  };
}

function hasBody({ headers }: Request): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** Judges by the headers alone. */
function whyUnreadable(request: Request, bytesMax: number): ParsedBody | undefined {
  const refused = (detail: string): ParsedBody => ({ ok: false, code: "request/invalid", detail });
  if (request.is("application/json") === false)
    return refused("body: its Content-Type must be application/json");
  if ((request.get("content-encoding") ?? "identity").toLowerCase() !== "identity")
    return refused("body: it must not be compressed");
  const charset = /;\s*charset="?([^\s;"]*)/i.exec(request.get("content-type") ?? "")?.[1];
  if (charset !== undefined && charset.toLowerCase() !== "utf-8") return refused("body: it must be UTF-8");
  return Number(request.headers["content-length"] ?? 0) > bytesMax ? tooLarge(bytesMax) : undefined;
}

/** Node's parser ensures the length that the header states. @returns undefined when the caller disconnected */
function bytesOf(
  request: Request,
  { bytesMax, msMax }: Required<BodyLimits>,
): Promise<Buffer | ParsedBody | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const refuse = (why: ParsedBody) => {
      request.removeAllListeners("data").pause();
      chunks.length = 0;
      end(why);
    };
    const timer = setTimeout(() => refuse(tooSlow(msMax)), msMax);
    const end = (read: Buffer | ParsedBody | undefined) => {
      clearTimeout(timer);
      resolve(read);
    };
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) refuse(tooLarge(bytesMax));
      else chunks.push(chunk);
    });
    request.once("end", () => end(Buffer.concat(chunks)));
    request.once("error", () => end(undefined));
    request.once("close", () => end(undefined));
  });
}

const tooSlow = (msMax: number): ParsedBody => ({
  ok: false,
  code: "request/too-slow",
  detail: `body: all of it within ${Math.ceil(msMax / 1000)} s`,
});

const tooLarge = (bytesMax: number): ParsedBody => ({
  ok: false,
  code: "request/too-large",
  detail: `at most ${bytesMax} bytes`,
});

function parsed(bytes: Buffer | ParsedBody | undefined): ParsedBody | undefined {
  if (!Buffer.isBuffer(bytes)) return bytes;
  if (isDeeper(bytes, bodyDepthMax))
    return { ok: false, code: "request/invalid", detail: `body: at most ${bodyDepthMax} levels deep` };
  try {
    return { ok: true, body: JSON.parse(bytes.toString("utf8")) };
  } catch {
    return { ok: false, code: "request/invalid", detail: "body: it is not JSON" };
  }
}

const [quote, backslash] = [0x22, 0x5c];
const opening: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const closing: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** Whether JSON, or bytes like it, has more than `levels` open at once. Outside of texts, brackets are ASCII. */
export function isDeeper(bytes: Uint8Array, levels: number): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (inText) {
      if (byte === backslash) at++;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (opening.has(byte) && ++depth > levels) return true;
    else if (closing.has(byte)) depth--;
  }
  return false;
}

/** The rest of the body is useless: to keep the connection, all of it would have to be read. */
function refuse(request: Request, response: Response, { code, detail }: ParsedBody & { ok: false }): void {
  if (!request.complete) response.setHeader("connection", "close");
  problem(response, code, detail);
}
