/** A Lua script that Redis runs alone and whole. Every decision inside Redis is one of these. */
import { createHash } from "node:crypto";

export interface Script {
  readonly source: string;
  /** The id under which Redis knows a script that it has seen. */
  readonly sha: string;
}

export function script(source: string): Script {
  return { source, sha: createHash("sha1").update(source).digest("hex") };
}
