/** A child that ends with its parent, with the real log, in which two lines wait at that moment. */
import { flushCompileCache } from "node:module";
import { openLog } from "../../server/ops/log.ts";
import { exitWithParent } from "../../server/ops/parent.ts";

// What Node compiled is kept for the next one: a process that is killed does not do that by itself.
flushCompileCache();
const log = openLog("info");
// The first line is being written, and the second waits for it.
process.once("disconnect", () => {
  for (const word of ["nobody", "reads"]) log.warn(word);
});
exitWithParent();
process.send?.("loaded", undefined, {}, () => {});
// Something that keeps the process alive.
setInterval(() => {}, 1000);
