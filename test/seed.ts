/**
 * Property tests draw from one fixed seed, so that a run is green or red for its code and not for its luck.
 * `HOLDFAST_SEED=random npm test` explores, and a number repeats what fast-check printed with a failure.
 */
import fc from "fast-check";

const asked = process.env.HOLDFAST_SEED ?? "7";
const seed = asked === "random" ? Math.trunc(Math.random() * 2 ** 31) : Number(asked);
if (asked === "random") console.info(`HOLDFAST_SEED=${seed}`);
fc.configureGlobal({ seed });
