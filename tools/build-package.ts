/**
 * `npm run build`: the package that a stranger installs, in dist/: JavaScript with declarations of what the doors and
 * the commands reach, and the built page. npm runs it before it packs. It checks nothing that `npm run check` does.
 */
import { spawnSync } from "node:child_process";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtInFingerprints } from "../server/games.ts";
import { buildWeb } from "./build-web.ts";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

rmSync(dist, { recursive: true, force: true });
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
// Declarations of what the doors reach, and of nothing else: what is inside need not be such that it can be declared.
const projects = ["tsconfig.build.json", "tsconfig.doors.json"];
for (const project of projects) {
  // The types of the sources are what `npm run check` checks; what cannot be declared is found without that.
  const compiled = spawnSync(process.execPath, [compiler, "--project", join(root, project), "--noCheck"], {
    ...{ cwd: root, stdio: "inherit" },
  });
  if (compiled.status !== 0) process.exit(compiled.status ?? 1);
}
// They are those of the sources: a match goes on with the same rules under a checkout and under the package.
const fingerprints = join(dist, "shared", "games", "fingerprints.json");
writeFileSync(fingerprints, JSON.stringify(builtInFingerprints()));
const { dist: page } = await buildWeb();
cpSync(page, join(dist, "client-web", "dist"), { recursive: true });
