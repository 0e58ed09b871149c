/** A process that locks a data directory, says so, and waits to be killed. Argument: the directory. */
import fs from "node:fs";
import { lockDataDirectory } from "../../server/durability/data-lock.ts";

lockDataDirectory(process.argv[2]!);
fs.writeSync(1, "locked\n");
setInterval(() => undefined, 1 << 30);
