/**
 * Which way imports point (ARCHITECTURE.md), read from the sources. A layer may import itself and what its
 * row names; a package may be imported where its row says. What no row allows is refused: a new folder or a
 * new package has to be put into these tables, which is where one thinks about it.
 */
import { posix } from "node:path";
import { expect, test } from "vitest";
import { circles } from "./house/circles.ts";
import { readSource, sourcePaths } from "./house/source.ts";

type Layer = keyof typeof layers;

/** Types that every layer may name. */
const everywhere: readonly string[] = ["clocks", "plain"];

/** Where it is (the longest path wins), what it may import, and whether it also runs in a browser. */
const layers = {
  clocks: { at: ["shared/clock.ts"], imports: [], browser: true },
  plain: { at: ["shared/game/plain.ts", "shared/game/locate.ts"], imports: [], browser: true },
  nearestWord: { at: ["shared/nearest-word.ts"], imports: [], browser: true },
  deterministic: { at: ["shared/game/deterministic/"], imports: [], browser: true },
  contract: { at: ["shared/game/"], imports: ["deterministic", "nearestWord"], browser: true },
  games: { at: ["shared/games/"], imports: ["contract", "deterministic"], browser: true },
  // The pages of the example games, written as pages elsewhere are: on the doors.
  gamePages: {
    at: [
      "shared/games/page/",
      "shared/games/crowd/page/",
      "shared/games/hands/page/",
      "shared/games/lounge/page/",
    ],
    imports: ["games", "doorToClient", "doorToGame"],
    browser: true,
  },
  errors: { at: ["shared/wire/errors.ts", "shared/wire/errors/"], imports: [], browser: true },
  // How the commands of this repository are called and how they end; game and client authors need none of it.
  commandLine: { at: ["shared/command-line/"], imports: ["nearestWord"] },
  wire: { at: ["shared/wire/"], imports: ["errors", "contract", "deterministic", "games"], browser: true },
  client: {
    at: ["shared/client/"],
    imports: ["wire", "errors", "contract", "deterministic", "games"],
    browser: true,
  },
  storeError: { at: ["server/store-error.ts"], imports: [] },
  // Addresses and ports, in words.
  net: { at: ["server/net/"], imports: ["errors"] },
  redis: { at: ["server/redis/"], imports: ["storeError"] },
  durability: { at: ["server/durability/"], imports: ["errors", "storeError"] },
  stores: { at: ["server/durability/stores/"], imports: ["durability", "redis", "errors", "storeError"] },
  match: {
    at: ["server/match/"],
    imports: ["durability", "contract", "deterministic", "wire", "errors", "storeError"],
  },
  rows: { at: ["server/rows/"], imports: ["storeError"] },
  rowStores: { at: ["server/rows/stores/"], imports: ["rows", "redis", "storeError"] },
  accounts: { at: ["server/accounts/"], imports: ["rows", "net", "wire", "errors", "storeError"] },
  ratings: { at: ["server/ratings/"], imports: ["rows", "contract", "storeError"] },
  matchmaking: {
    at: ["server/matchmaking/"],
    imports: ["rows", "ratings", "net", "deterministic", "wire", "errors", "storeError"],
  },
  fleet: { at: ["server/fleet/"], imports: ["redis", "deterministic", "wire", "errors", "storeError"] },
  room: {
    at: ["server/room/"],
    imports: [
      "match",
      "durability",
      "redis",
      "contract",
      "deterministic",
      "wire",
      "errors",
      "net",
      "storeError",
    ],
  },
  // Rooms of Colyseus that somebody brings.
  rooms: { at: ["server/rooms/"], imports: ["room", "errors", "storeError"] },
  // The API is the face of accounts, ratings and matchmaking; a port for each of their functions would only repeat them.
  api: {
    at: ["server/api/"],
    imports: ["accounts", "ratings", "matchmaking", "rows", "contract", "wire", "errors", "net"],
  },
  // What --store may name: each kind joins its two halves, matches and rows.
  storeKinds: {
    at: ["server/stores/"],
    imports: ["durability", "stores", "rows", "rowStores", "redis", "storeError"],
  },
  settings: { at: ["server/settings/"], imports: ["commandLine", "storeKinds"] },
  ops: { at: ["server/ops/"], imports: ["commandLine", "errors", "settings", "net"] },
  supervisor: {
    at: ["server/supervisor/"],
    imports: ["storeKinds", "commandLine", "ops", "settings", "net", "tools"],
  },
  // What a server is told to bring from outside: games and queues.
  brought: {
    at: ["server/games.ts", "server/queues.ts", "server/rules-files.ts"],
    imports: ["contract", "games", "matchmaking", "storeError"],
  },
  // main, keys, compose/: the only ones that join the parts, so they may know them all.
  composition: {
    at: ["server/"],
    imports: [
      "storeKinds",
      "commandLine",
      "contract",
      "games",
      "deterministic",
      "wire",
      "errors",
      "storeError",
      "net",
      "redis",
      "durability",
      "stores",
      "match",
      "rows",
      "rowStores",
      "accounts",
      "ratings",
      "matchmaking",
      "fleet",
      "room",
      "rooms",
      "api",
      "settings",
      "ops",
      "supervisor",
      "brought",
      "testkit",
    ],
  },
  // Processes and ports; nodes are to it what they say over ipc and over the API.
  localFleet: {
    at: ["local-fleet/"],
    imports: ["commandLine", "ops", "settings", "tools", "wire", "errors", "net"],
  },
  // It asks the store itself, once, which matches are over: nodes list only those that run.
  localFleetMain: {
    at: ["local-fleet/main.ts"],
    imports: ["localFleet", "commandLine", "composition", "ops", "settings", "tools"],
  },
  bots: {
    at: ["client-sim/"],
    imports: ["commandLine", "client", "wire", "errors", "contract", "deterministic", "games", "whichGame"],
  },
  // Written as somebody's own rooms are.
  chaosRoom: { at: ["client-sim/chaos/rooms/example/tally-room.ts"], imports: ["doorToRooms"] },
  // Bots and chaos play what `--games` names, read as a server reads it.
  // The same rooms on Colyseus and here, as their authors have them.
  benchRooms: { at: ["client-sim/bench/rooms/"], imports: ["bots", "doorToRooms"] },
  whichGame: { at: ["client-sim/which-game.ts"], imports: ["commandLine", "contract", "brought"] },
  page: {
    at: ["client-web/"],
    imports: ["client", "wire", "errors", "contract", "deterministic", "games"],
    browser: true,
  },
  pageBuild: { at: ["client-web/vite.config.ts"], imports: [] },
  // What the installed package lets others import: a file each, and nothing beside them.
  doorToGame: { at: ["doors/game.ts"], imports: ["contract", "deterministic"], browser: true },
  doorToClient: { at: ["doors/client.ts"], imports: ["client", "wire", "errors", "contract"], browser: true },
  doorToServer: { at: ["doors/server.ts"], imports: ["composition", "settings", "storeError", "contract"] },
  doorToRooms: { at: ["doors/rooms.ts"], imports: ["room"] },
  doorToTestkit: { at: ["doors/testkit.ts"], imports: ["testkit"] },
  // Matches without a server, and checks of games.
  testkit: { at: ["testkit/"], imports: ["contract", "deterministic", "durability", "match"] },
  // `holdfast dev`: the supervisor, and beside it the page of the game that is developed.
  dev: { at: ["dev/"], imports: ["commandLine", "settings", "supervisor"] },
  // What npm puts into the path of who installs it.
  command: { at: ["bin/"], imports: ["tools"] },
  tools: { at: ["tools/"], imports: ["command"] },
  // What is built has the fingerprints of the games that it was built from.
  packageBuild: { at: ["tools/build-package.ts"], imports: ["tools", "brought"] },
  // Programs for who looks at a server from inside: what it kept, and how fast its engine is.
  replay: {
    at: ["tools/replay.ts", "tools/replay/"],
    imports: [
      "commandLine",
      "contract",
      "deterministic",
      "wire",
      "errors",
      "storeError",
      "durability",
      "stores",
      "match",
      "ops",
      "brought",
      "room",
    ],
  },
  engineBench: {
    at: ["tools/engine-bench.ts"],
    imports: ["commandLine", "matchmaking", "ratings", "deterministic"],
  },
  sleepingMatches: {
    at: ["tools/sleeping-matches.ts"],
    imports: ["commandLine", "wire", "durability", "stores", "match", "whichGame"],
  },
  // A whole server, which takes a room over from its own store.
  roomRestore: {
    at: ["tools/room-restore.ts"],
    imports: ["commandLine", "benchRooms", "composition", "match", "ops", "room", "settings"],
  },
  interestBench: {
    at: ["tools/interest-bench.ts"],
    imports: ["commandLine", "contract", "deterministic", "room"],
  },
} as const satisfies Record<string, { at: readonly string[]; imports: readonly string[]; browser?: true }>;

/** One npm package lives in one place. `types`: where only `import type` of it is allowed. */
const packages: Readonly<Record<string, { at: readonly string[]; types?: readonly string[] }>> = {
  // What is found by its path: the module that --games names, the program that a command runs, a project's own Vite.
  "(computed)": {
    at: [
      ...["server/games.ts", "bin/launch.mjs", "dev/page.ts"],
      ...["server/compose/start-server.ts", "server/compose/game-files.ts", "server/rooms/load-rooms.ts"],
      "client-sim/chaos/rooms/room-script.ts",
    ],
  },
  // The benchmark of interest compares our way with Colyseus' own.
  "@colyseus/core": {
    at: [
      ...["server/room/", "server/rooms/", "tools/interest-bench.ts"],
      ...["client-sim/bench/peers/", "client-sim/bench/rooms/", "client-sim/chaos/rooms/example/"],
    ],
  },
  "@colyseus/ws-transport": {
    at: ["server/room/", "client-sim/bench/peers/", "client-sim/bench/rooms/"],
  },
  "@colyseus/schema": {
    at: [
      ...["shared/game/view/", "shared/games/*/view.ts", "shared/games/*/view-schema.ts", "server/room/"],
      ...["testkit/", "tools/interest-bench.ts", "client-sim/bench/", "client-sim/chaos/rooms/example/"],
    ],
    types: ["shared/", "server/match/", "client-sim/", "client-web/"],
  },
  // Chaos also plays with the SDK as it is, without our client, because it promises that this works.
  // A benchmark plays with the SDK's own prediction beside ours.
  "@colyseus/sdk": {
    at: [
      ...["shared/client/", "client-sim/chaos/workload/", "client-sim/chaos/rooms/"],
      "client-sim/bench/netcode/",
    ],
  },
  ioredis: { at: ["server/redis/"] },
  express: { at: ["server/api/"], types: ["server/compose/", "server/rooms/"] },
  helmet: { at: ["server/api/"] },
  jose: { at: ["server/accounts/"] },
  lmdb: { at: ["server/durability/stores/", "server/rows/stores/"] },
  "zod-openapi": { at: ["server/api/"] },
  // The light clients write commands as the SDK does, by the package that it uses.
  msgpackr: { at: ["server/match/", "client-sim/bench/"] },
  pino: { at: ["server/ops/"] },
  "pixi.js": { at: ["client-web/"] },
  "prom-client": { at: ["server/ops/"] },
  vite: { at: ["tools/", "client-web/vite.config.ts"], types: ["dev/page.ts"] },
  // The benchmark's light clients decode nothing, so that the server is what is measured.
  ws: { at: ["server/room/", "client-sim/bench/"] },
  zod: {
    at: ["shared/games/", "shared/wire/", "server/api/", "server/matchmaking/queues.ts"],
    types: ["shared/game/", "client-sim/bots/"],
  },
};

interface Edge {
  readonly from: string;
  readonly specifier: string;
  readonly typeOnly?: boolean;
}

/** Why this import is not allowed; undefined when it is. */
function refusal({ from, specifier, typeOnly = false }: Edge): string | undefined {
  if (from.startsWith("test/") || from === "vitest.config.ts") return undefined;
  const layer = layerOf(from);
  if (!layer) return `${from} is in no layer`;
  if (specifier.startsWith("node:")) {
    return "browser" in layers[layer] ? `${from} also runs in a browser: no ${specifier}` : undefined;
  }
  if (!specifier.startsWith(".")) return packageRefusal(from, packageName(specifier), typeOnly);

  const to = posix.join(posix.dirname(from), specifier);
  const target = layerOf(to);
  if (!target) return `${from} imports ${to}, which is in no layer`;
  const allowed: readonly string[] = [...layers[layer].imports, ...everywhere];
  if (target !== layer && !allowed.includes(target))
    return `${from} (${layer}) must not import ${to} (${target})`;
  if (layer === "games" && target === "games" && gameOf(from) !== gameOf(to)) {
    return `${from} imports another game: ${to}`;
  }
  return undefined;
}

function layerOf(path: string): Layer | undefined {
  const fits = (Object.keys(layers) as Layer[]).flatMap((layer) =>
    layers[layer].at.filter((at) => path.startsWith(at)).map((at) => ({ layer, length: at.length })),
  );
  return fits.sort((a, b) => b.length - a.length)[0]?.layer;
}

function packageRefusal(from: string, name: string, typeOnly: boolean): string | undefined {
  const home = packages[name];
  if (!home) return `${from} imports ${name}, which has no home in the table`;
  const places = typeOnly ? [...home.at, ...(home.types ?? [])] : home.at;
  const isThere = places.some((place) => new RegExp(`^${place.replaceAll("*", "[^/]+")}`).test(from));
  return isThere ? undefined : `${from} must not import ${name}${typeOnly ? ", not even as a type" : ""}`;
}

const packageName = (specifier: string) => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");

const gameOf = (path: string) => path.split("/")[2];

/** Parsed once for all of them. */
const sources = sourcePaths().map(readSource);

test("every import points where the tables allow", () => {
  const refusals = sources.flatMap(({ path, imports }) =>
    imports.map((each) => refusal({ from: path, ...each })),
  );
  expect(refusals.filter(Boolean)).toEqual([]);
});

test("no files import each other in a circle, not even types", () => {
  const importsOf = sources.map(({ path, imports }) => {
    const inside = imports.filter(({ specifier }) => specifier.startsWith("."));
    return [path, inside.map(({ specifier }) => posix.join(posix.dirname(path), specifier))] as const;
  });
  expect(circles(new Map(importsOf))).toEqual([]);
});

test("a circle is found, however long, and once", () => {
  const importsOf = { a: ["b", "d"], b: ["c"], c: ["a", "d"], d: ["e"], e: [], f: ["f"], g: ["a"] };
  expect(circles(new Map(Object.entries(importsOf)))).toEqual([["a", "b", "c"], ["f"]]);
});

test("every package of the tables is imported from somewhere, or the row is stale", () => {
  const imported = new Set(
    sources.flatMap(({ imports }) => imports.map(({ specifier }) => packageName(specifier))),
  );
  expect(Object.keys(packages).filter((name) => !imported.has(name))).toEqual([]);
});

test.each<[string, string, boolean?]>([
  ["shared/game/deterministic/hash.ts", "../game.ts"],
  ["shared/game/deterministic/hash.ts", "node:crypto"],
  ["shared/game/game.ts", "../games/arena/game.ts"],
  ["shared/game/game.ts", "zod"],
  ["shared/games/arena/step.ts", "../../client/predict.ts"],
  ["shared/games/arena/step.ts", "../other/step.ts"],
  ["shared/games/arena/step.ts", "@colyseus/schema"],
  ["shared/games/arena/view.ts", "../../../server/match/match.ts"],
  ["shared/wire/api.ts", "../client/api.ts"],
  ["shared/client/follow-match.ts", "../../server/match/match.ts"],
  ["shared/client/follow-match.ts", "../../client-web/main.ts"],
  ["server/durability/gate.ts", "../match/match.ts"],
  ["server/durability/gate.ts", "../../shared/game/game.ts", true],
  ["server/durability/gate.ts", "./stores/memory.ts"],
  ["server/durability/committer.ts", "lmdb"],
  ["server/match/match.ts", "../room/match-room.ts"],
  ["server/match/match.ts", "../durability/stores/embedded.ts"],
  ["server/match/match.ts", "../../shared/games/arena/game.ts"],
  ["server/match/match.ts", "@colyseus/core", true],
  ["server/match/match.ts", "@colyseus/schema"],
  ["server/matchmaking/queue.ts", "../fleet/directory.ts"],
  ["server/fleet/node-registry.ts", "../matchmaking/queue.ts"],
  ["server/fleet/drain.ts", "../match/match.ts"],
  ["server/fleet/drain.ts", "../room/match-room.ts", true],
  ["server/room/match-room.ts", "../durability/stores/embedded.ts"],
  ["server/room/match-room.ts", "../../shared/games/arena/game.ts"],
  ["server/api/http.ts", "../match/match.ts"],
  ["server/api/http.ts", "pino"],
  ["server/supervisor/supervisor.ts", "../compose/embedded.ts"],
  ["server/ops/metrics.ts", "../match/match.ts", true],
  ["local-fleet/roll.ts", "../fleet/directory.ts", true],
  ["client-sim/bots.ts", "../server/settings/config.ts"],
  ["client-sim/bots.ts", "../client-web/main.ts"],
  ["client-sim/bots.ts", "@colyseus/sdk"],
  ["client-web/main.ts", "../server/settings/settings.ts", true],
  ["client-web/main.ts", "node:fs"],
  ["server/compose/embedded.ts", "../../client-sim/bots.ts"],
  ["server/compose/embedded.ts", "left-pad"],
  ["somewhere/else.ts", "./other.ts"],
])("refused: %s imports %s", (from, specifier, typeOnly = false) => {
  expect(refusal({ from, specifier, typeOnly })).toBeDefined();
});

test.each<[string, string, boolean?]>([
  ["shared/games/arena/view.ts", "@colyseus/schema"],
  ["shared/games/arena/rules/weapons.ts", "../world.ts"],
  ["shared/game/game.ts", "zod", true],
  ["server/durability/stores/embedded.ts", "../store.ts"],
  ["server/match/match.ts", "../durability/gate.ts"],
  ["server/room/match-room.ts", "@colyseus/core"],
  ["server/compose/store.ts", "../durability/stores/embedded.ts"],
  ["client-web/main.ts", "../shared/client/follow-match.ts"],
  ["client-web/vite.config.ts", "vite"],
  ["test/anything.test.ts", "../server/compose/embedded.ts"],
])("allowed: %s imports %s", (from, specifier, typeOnly = false) => {
  expect(refusal({ from, specifier, typeOnly })).toBeUndefined();
});
