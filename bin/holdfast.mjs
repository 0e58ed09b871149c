#!/usr/bin/env node
// The command `holdfast`: finds the program that a command names, and runs it. In a checkout that is a TypeScript
// source, in the installed package what was built from it. It also runs on a Node that is too old for the rest, to
// say so and where to get the right one; so: plain JavaScript, no dependency. What a command does, it does not know.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "./launch.mjs";

const badUsage = 2;

/** By its name: the program, as the source is named, and what it does. */
const commands = {
  dev: ["dev/main.ts", "your game and its page while you write them: changes go into the running match"],
  start: ["server/main.ts", "serves your games; one process, or one node of a fleet"],
  fleet: ["local-fleet/main.ts", "a whole fleet on this machine, with Redis and a load balancer"],
  bots: ["client-sim/bots.ts", "players that are programs"],
  chaos: ["client-sim/chaos.ts", "kills its own server, and proves that nothing was lost"],
  bench: ["client-sim/bench.ts", "what it costs, measured"],
  replay: ["tools/replay.ts", "a stored match once more, tick by tick"],
  sim: ["test/simulation/main.ts", "many nodes in one process, under one clock; or bots in your game"],
  fuzz: ["client-sim/fuzz.ts", "attacks its own server with hostile messages"],
  soak: ["client-sim/soak.ts", "visitors for hours, and what grew meanwhile"],
  keys: ["server/keys.ts", "gives a running server another key for sessions"],
};

const root = fileURLToPath(new URL("..", import.meta.url));
const { version, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const majorNeeded = Number(/\d+/.exec(engines.node)[0]);
const [name, ...args] = process.argv.slice(2);

if (name === undefined || name === "--help" || name === "-h" || name === "help") console.log(help());
else if (name === "--version" || name === "-v") console.log(version);
else if (Object.hasOwn(commands, name)) await run(commands[name][0]);
else endWith(`there is no command "${name}".\n\n${help()}`);

async function run(source) {
  // Only a checkout has it; it also brings the packages and its own Node.
  if (existsSync(join(root, source))) {
    process.argv = [process.execPath, join(root, "tools", "run.mjs"), source, ...args];
    return import("../tools/run.mjs");
  }
  const isOld = Number(process.versions.node.split(".")[0]) < majorNeeded;
  const node = isOld ? (nodeAbove(process.cwd()) ?? nodeAbove(root)) : undefined;
  if (isOld && node === undefined) endWith(tooOld());
  const path = join(root, "dist", source.replace(/\.ts$/, ".js"));
  const cache = join(process.cwd(), "node_modules", ".cache", "holdfast-compiled");
  await launch({ path, args, cache, node });
}

/** A Node that was installed as a package there or above, if it is new enough. */
function nodeAbove(folder) {
  const found = join(folder, "node_modules", "node");
  const binary = join(found, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(binary)) {
    const installed = JSON.parse(readFileSync(join(found, "package.json"), "utf8")).version;
    return Number(installed.split(".")[0]) >= majorNeeded ? binary : undefined;
  }
  return dirname(folder) === folder ? undefined : nodeAbove(dirname(folder));
}

function tooOld() {
  return [
    `this is Node ${process.versions.node}, and Holdfast needs ${majorNeeded} or newer. One beside your packages is enough:`,
    "",
    `  npm install --save-dev node@${majorNeeded}`,
    "",
    "Then run this again: what npm and npx run finds it there.",
  ].join("\n");
}

function help() {
  const width = Math.max(...Object.keys(commands).map((each) => each.length));
  return [
    "holdfast <command> [flags]",
    "",
    ...Object.entries(commands).map(([each, [, does]]) => `  ${each.padEnd(width)}  ${does}`),
    "",
    "`holdfast <command> --help` lists its flags. Your own games: `--games FILE`, a module whose export `games` lists them.",
  ].join("\n");
}

function endWith(message) {
  console.error(`holdfast: ${message}`);
  process.exit(badUsage);
}
