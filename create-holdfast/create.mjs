#!/usr/bin/env node
// `npm create holdfast my-game`: writes a game, its page, a bot and a test into a new folder, and installs what they
// need. It runs on whatever Node is there, so: plain JavaScript, no dependency. It never writes over what exists.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const badUsage = 2;
const usage = `npm create holdfast <folder> [-- flags]

Writes a game of two paddles and a ball into a new folder, with its page, a bot and a test.

  --holdfast SPEC   the Holdfast to use, as npm takes it: a version, a file (default: ^${ownVersion()})
  --no-install      leaves \`npm install\` to you`;

const words = [];
let holdfast = `^${ownVersion()}`;
let installs = true;
for (let args = process.argv.slice(2); args.length > 0; ) {
  const arg = args.shift();
  if (arg === "--help" || arg === "-h") end(0, usage);
  else if (arg === "--no-install") installs = false;
  else if (arg === "--holdfast" && args.length > 0) holdfast = args.shift();
  else if (arg.startsWith("-")) end(badUsage, `what is ${arg}?\n\n${usage}`);
  else words.push(arg);
}
if (words.length !== 1) end(badUsage, `name one folder.\n\n${usage}`);

const folder = resolve(words[0]);
if (existsSync(folder) && readdirSync(folder).length > 0) end(1, `${folder} is there already, and not empty`);
const name =
  basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "") || "my-game";

cpSync(fileURLToPath(new URL("template", import.meta.url)), folder, { recursive: true });
// npm leaves a file of that name out of a package.
renameSync(join(folder, "_gitignore"), join(folder, ".gitignore"));
for (const file of ["package.json", "README.md", "web/index.html"]) {
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replaceAll("{{name}}", name).replaceAll("{{holdfast}}", holdfast));
}

if (installs) {
  console.log("Installing what it needs, once …");
  const npm = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], {
    ...{ cwd: folder, stdio: "inherit", shell: process.platform === "win32" },
  });
  if (npm.status !== 0) end(1, `the game is in ${folder}, and \`npm install\` there did not do`);
}
console.log(`
${name} is in ${folder}. Now:

  cd ${words[0]}${installs ? "" : "\n  npm install"}
  npm run dev      play at once; what you change in game/ goes into the running match
  npm test         what it promises, tried
`);

function ownVersion() {
  return JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")).version;
}

function end(code, text) {
  (code === 0 ? console.log : console.error)(code === 0 ? text : `create-holdfast: ${text}`);
  process.exit(code);
}
