/** A store of one's own: one file and one line of registration, and a server keeps everything there. */
import { expect, test } from "vitest";
import { startRole } from "../../server/compose/start-role.ts";
import { openLog } from "../../server/ops/log.ts";
import { readConfig } from "../../server/settings/config.ts";
import * as memory from "../../server/stores/memory.ts";
import { storeKinds } from "../../server/stores/registered.ts";
import type { StoreKind } from "../../server/stores/store-kind.ts";

const nowhere = () => {
  throw Object.assign(new Error("no such file"), { code: "ENOENT" });
};
const config = (...argv: string[]) => readConfig({ argv, env: {}, readFile: nowhere });

test("[P7] a store that is registered is taken by --store, opened for matches and rows, and by no other name", async () => {
  expect(config("--store", "cupboard")).toMatchObject({ ok: false });
  const opened: string[] = [];
  const cupboard: StoreKind = {
    levels: ["machine"],
    shared: false,
    lasts: true,
    load: async () => ({
      openMatches: (parts) => {
        opened.push(`matches ${parts.level}`);
        return memory.openMatches(parts);
      },
      openRows: (parts) => {
        opened.push("rows");
        return memory.openRows(parts);
      },
    }),
  };
  storeKinds.cupboard = cupboard;
  try {
    const read = config("--store", "cupboard", "--port", "0", "--no-bots", "--host", "127.0.0.1");
    if (!read.ok) throw new Error(read.message);
    const server = await startRole(read.config, openLog("silent"));
    try {
      expect(opened.sort()).toEqual(["matches machine", "rows"]);
      const url = `http://127.0.0.1:${server.port}/v1/sessions`;
      const body = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
      expect((await fetch(url, body)).status).toBe(201);
    } finally {
      await server.stop();
    }
    const unable = config("--store", "cupboard", "--durability", "replica");
    if (!unable.ok) throw new Error(unable.message);
    await expect(startRole(unable.config, openLog("silent"))).rejects.toMatchObject({
      code: "store/level-unsupported",
    });
  } finally {
    delete storeKinds.cupboard;
  }
});
