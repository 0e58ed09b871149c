/** A process with the real last resort, in which something goes wrong: what, its argument says. */
import { openLog } from "../../server/ops/log.ts";
import { lastResortOf } from "../../server/ops/process-errors.ts";
import { every, laterAs } from "../../server/ops/work.ts";

const wrongs: Record<string, () => void> = {
  "a promise": () => void Promise.reject(new Error("of a promise")),
  "an event": () => setImmediate(() => process.stdout.emit("error", new Error("of an event"))),
  "an interval": () => {
    let turns = 0;
    const stop = every("tidy", 1, async () => {
      turns++;
      if (turns === 3) stop();
      throw new Error(`of turn ${turns}`);
    });
  },
  "the tick": () =>
    laterAs("ticks")(0, () => {
      throw new Error("of the tick");
    }),
};

const lastResort = lastResortOf(openLog("info"));
if (process.argv[3] !== "starting") lastResort.serving(async () => {});
wrongs[process.argv[2] ?? ""]?.();
// A process that gets here lives; it has time to do so.
setTimeout(() => {
  console.log("lives");
  process.exit(0);
}, 200);
