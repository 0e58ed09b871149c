/**
 * Opens the store at the URL in its first argument, writes a record and reads it back. A process of its own,
 * because Node reads NODE_EXTRA_CA_CERTS when it starts. Prints the record, or the error.
 */
import { openRedisStore } from "../../server/durability/stores/redis.ts";
import { marks, record } from "../contracts/records.ts";

try {
  const store = await openRedisStore({ url: process.argv[2]!, level: "process", answerMsMax: 10_000 });
  await store.create({ id: "m1", node: "node-1", about: "{}" });
  await store.append([record("m1", 1)]);
  console.log(marks((await store.load("m1")).records).join());
  await store.close();
} catch (error) {
  console.log((error as Error).message);
}
