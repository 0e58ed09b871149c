/**
 * Files of a folder, read once and served from memory, so that a connection lost during an answer leaves no open
 * descriptor. It supports GET and HEAD, browsers' cached copies, and files compressed at build time.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { Request, RequestHandler, Response } from "express";

interface MemoryFile {
  readonly bytes: Buffer;
  /** The same content compressed, for clients that accept it. */
  readonly brotli?: Buffer;
  readonly tag: string;
}

export type MemoryFiles = ReadonlyMap<string, MemoryFile>;

const packedName = ".br";

/**
 * The files by their path below the folder; none for a missing folder, as a server may run without its page.
 * @param wanted left out: all files
 */
export function filesIn(folder: string, wanted?: readonly string[]): MemoryFiles {
  const names = wanted ?? namesIn(folder);
  const plain = names.filter((name) => !name.endsWith(packedName));
  const packed = new Set(names);
  return new Map(
    plain.map((name) => {
      const bytes = readFileSync(join(folder, name));
      const tag = createHash("sha256").update(bytes).digest("base64url").slice(0, 16);
      const brotli = packed.has(name + packedName) && readFileSync(join(folder, name + packedName));
      return [name, { bytes, tag, ...(brotli && { brotli }) }];
    }),
  );
}

function namesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

export interface ServeOptions {
  /** `Cache-Control` by the file's path. */
  readonly cache: (path: string) => string;
}

/**
 * A folder gives its `index.html`, so several pages may stand side by side. Other requests are passed on.
 * @param files a function is called at the first request that is for a file, and again when it threw
 */
export function serveFiles(
  files: MemoryFiles | (() => MemoryFiles),
  { cache }: ServeOptions,
): RequestHandler {
  let known = typeof files === "function" ? undefined : files;
  const all = () => (known ??= (files as () => MemoryFiles)());
  return (request, response, next) => {
    if (request.method !== "GET" && request.method !== "HEAD") return next();
    const { path: asked } = request;
    const path = (asked.endsWith("/") ? `${asked}index.html` : asked).slice(1);
    const file = all().get(path);
    if (file === undefined) return next();
    response.set("cache-control", cache(path)).type(extname(path));
    return send(file, request, response);
  };
}

function send({ bytes, brotli, tag }: MemoryFile, request: Request, response: Response): void {
  const packed = brotli !== undefined && request.acceptsEncodings("br") === "br";
  if (brotli !== undefined) response.vary("Accept-Encoding");
  // The compressed form has another tag: caches must not mix the two.
  response.set("etag", `"${packed ? `${tag}-br` : tag}"`);
  if (request.fresh) return void response.status(304).end();
  if (packed) response.set("content-encoding", "br");
  const body = packed ? brotli : bytes;
  response.set("content-length", String(body.length));
  response.end(request.method === "HEAD" ? undefined : body);
}
