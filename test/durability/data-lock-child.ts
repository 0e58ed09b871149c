/** A process that locks a data directory, says so, and waits to be killed. Argument: the directory. */
import fs from "node:fs";
import { flushCompileCache } from "node:module";
import { lockDataDirectory } from "../../server/durability/data-lock.ts";

// What Node compiled is kept for the next one: a process that is killed does not do that by itself.
flushCompileCache();
lockDataDirectory(process.argv[2]!);
fs.writeSync(1, "locked\n");
setInterval(() => undefined, 1 << 30);
