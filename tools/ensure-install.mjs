// Makes `npm start` and `npm test` work on a fresh clone: installs the dependencies when they differ from the
// lock file. It runs on the machine's own Node (20 and later), so it is plain JavaScript without dependencies.
// npm's output is shown only when it fails; `npm ci` is not used because it refuses valid lock files here.
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const json = (...path) => JSON.parse(readFileSync(join(root, ...path), "utf8"));

/** Why an install is needed, or undefined. Versions are compared, not file times: a checkout makes every file new. */
function missing() {
  try {
    const declared = json("package.json");
    const locked = json("package-lock.json").packages;
    const have = json("node_modules", ".package-lock.json").packages;
    for (const [name, version] of Object.entries({ ...declared.dependencies, ...declared.devDependencies })) {
      if (have[`node_modules/${name}`]?.version !== version) return name;
    }
    for (const [path, wanted] of Object.entries(locked)) {
      // Optional packages are mostly for other platforms; one that is there must be the right one.
      if (path === "" || (wanted.optional && !have[path])) continue;
      if (have[path]?.version !== wanted.version) return path;
    }
    // Its binary comes from an install script, which npm may have been told to skip.
    statSync(join(root, "node_modules", ".bin", "node"));
    return undefined;
  } catch (error) {
    return error.message;
  }
}

if (missing()) {
  console.error("holdfast: installing dependencies (once, about a minute) …");
  const npm = (...args) =>
    spawnSync("npm", [...args, "--loglevel=error"], {
      ...{ cwd: root, encoding: "utf8", shell: process.platform === "win32" },
    });
  // Only packages on the list may run install scripts; npm reads the list but does not enforce it.
  let run = npm("install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts");
  if (run.status === 0) run = npm("rebuild", ...Object.keys(json("package.json").allowScripts));
  const still = run.status === 0 ? missing() : `npm exited with ${run.status ?? run.error?.message}`;
  if (still) {
    console.error(run.stdout ?? "", run.stderr ?? "");
    console.error(
      `holdfast: \`npm install\` failed (${still}). Can the npm registry be reached? Then try again.`,
    );
    process.exit(1);
  }
}
