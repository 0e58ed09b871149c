/** What everybody on a machine can read is no place for a secret: the arguments of a fleet's nodes. */
import { expect, test } from "vitest";
import { nodeArguments } from "../../local-fleet/node-command.ts";
import { secretsOf, withoutSecrets } from "../../local-fleet/secret-flags.ts";

const flags = [
  ...["--lease-ms", "1000", "--admin-token", "--not-a-flag", "--session-secret=a=b"],
  ...["--redis-url", "redis://:password@127.0.0.1:1", "--no-bots"],
];

test("secrets go out of the flags, in whatever form they were given, and nothing else does", () => {
  expect(withoutSecrets(flags)).toEqual(["--lease-ms", "1000", "--no-bots"]);
  expect(secretsOf(flags)).toEqual({
    HOLDFAST_ADMIN_TOKEN: "--not-a-flag",
    HOLDFAST_SESSION_SECRET: "a=b",
    REDIS_URL: "redis://:password@127.0.0.1:1",
  });
  expect(withoutSecrets([])).toEqual([]);
  expect(secretsOf(["--redis-url", "redis://a", "--redis-url", "redis://b"])).toEqual({
    REDIS_URL: "redis://b",
  });
});

test("a node's arguments name no Redis", () => {
  const place = { role: "room", name: "room-1", port: 1 } as const;
  const args = nodeArguments(place, { nodeFlags: [], host: "127.0.0.1", publicHost: undefined });
  expect(args.join(" ")).not.toMatch(/redis:|--redis-url/);
});
