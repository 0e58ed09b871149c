/** A Lua script that Redis runs alone and whole: where something is decided inside Redis, one of these decides it. */
import { createHash } from "node:crypto";

export interface Script {
  readonly source: string;
  /** By which Redis knows a script that it has seen. */
  readonly sha: string;
}

export function script(source: string): Script {
  return { source, sha: createHash("sha1").update(source).digest("hex") };
}
