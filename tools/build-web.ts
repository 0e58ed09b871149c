/**
 * Builds the page into client-web/dist if its sources have changed since the last build; otherwise it takes
 * milliseconds, because a hash over the sources is kept beside the result. The result is built elsewhere and
 * moved into place whole, so a server never serves half a page.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const web = join(root, "client-web");
const dist = join(web, "dist");
const packable = /\.(js|css|svg)$/;
const brotliQuality = 9;
const stampName = "built-from.txt";
/** Everything that can change the result. The lock file stands for the packages. */
const sources = ["client-web", "shared", "package-lock.json", "tools/build-web.ts"];

/** @returns the folder to serve, and whether it was built just now. @throws what Vite says about the sources */
export async function buildWeb(): Promise<{ dist: string; built: boolean }> {
  // The package has it built.
  if (!existsSync(join(web, "main.ts"))) return { dist, built: false };
  const stamp = stampOfSources();
  if (stampOf(dist) === stamp) return { dist, built: false };
  const { build } = await import("vite");
  const fresh = join(root, "node_modules", ".cache", `holdfast-web-${process.pid}`);
  await withEnvironmentKept(() =>
    build({ configFile: join(web, "vite.config.ts"), build: { outDir: fresh } }),
  );
  pack(fresh);
  writeFileSync(join(fresh, stampName), stamp);
  putInPlace(fresh, stamp);
  return { dist, built: true };
}

/** Compresses the files for clients that accept it: two thirds smaller, for less than a second of the build. */
function pack(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !packable.test(entry.name)) continue;
    const params = { [constants.BROTLI_PARAM_QUALITY]: brotliQuality };
    writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path), { params }));
  }
}

/** Vite sets NODE_ENV to `production` for its whole process, and servers that the process starts would inherit it. */
async function withEnvironmentKept(act: () => Promise<unknown>): Promise<void> {
  const { NODE_ENV } = process.env;
  try {
    await act();
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

/** Two processes may build at once: the second one finds the same result in place and drops its own. */
function putInPlace(fresh: string, stamp: string): void {
  const old = `${fresh}-old`;
  try {
    renameSync(dist, old);
  } catch {
    // There is none yet, or the other process has just removed it.
  }
  try {
    renameSync(fresh, dist);
  } catch (error) {
    if (stampOf(dist) !== stamp) throw error;
  } finally {
    rmSync(old, { recursive: true, force: true });
    rmSync(fresh, { recursive: true, force: true });
  }
}

function stampOf(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, stampName), "utf8");
  } catch {
    return undefined;
  }
}

function stampOfSources(): string {
  const hash = createHash("sha256");
  for (const source of sources) addTo(hash, source);
  return hash.digest("hex");
}

function addTo(hash: ReturnType<typeof createHash>, path: string): void {
  if (path === join("client-web", "dist")) return;
  const absolute = join(root, path);
  const entries = entriesOf(absolute);
  if (entries) for (const name of entries) addTo(hash, join(path, name));
  else hash.update(path).update("\0").update(readFileSync(absolute)).update("\0");
}

/** Undefined for a file. */
function entriesOf(path: string): string[] | undefined {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw error;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { built } = await buildWeb();
  console.log(built ? "page built" : "page is up to date");
}
