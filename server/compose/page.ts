/** The page that a process serves: the built-in one, or the folder that `--web` names. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { filesIn, type MemoryFiles } from "../api/memory-files.ts";
import { StoreError } from "../store-error.ts";

const builtIn = join(import.meta.dirname, "..", "..", "client-web", "dist");

/** Before anything is opened. @throws StoreError `page/not-there` */
export function assertPage(web: string): void {
  const index = join(resolve(web), "index.html");
  if (web !== "built-in" && !existsSync(index))
    throw new StoreError("page/not-there", `--web ${web}: there is no ${index}`);
}

export function pageFiles(web: string): MemoryFiles {
  return filesIn(web === "built-in" ? builtIn : resolve(web));
}
