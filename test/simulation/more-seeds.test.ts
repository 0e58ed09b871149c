/** The other half of the seeds of simulation.test.ts, in a file of its own so that both halves run side by side. */
import { simulateSeeds } from "./seeds.ts";

simulateSeeds([201, 251, 301, 351]);
