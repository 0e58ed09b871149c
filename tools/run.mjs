// Runs a script of this checkout on the Node of package.json: `node tools/run.mjs tools/test.ts`. Under npm the
// machine's own Node runs this before the first install only; afterwards the pinned Node is first on the path. It
// installs what is missing; bin/launch.mjs does the rest. Plain JavaScript, no dependency.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "../bin/launch.mjs";
// Installs what is missing, or ends this process.
import "./ensure-install.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const [script = "", ...args] = process.argv.slice(2);
const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const isOurs = process.version === `v${devDependencies.node}`;
const binary = process.platform === "win32" ? "node.exe" : "node";

await launch({
  ...{ path: join(root, script), args, cache: join(root, "node_modules", ".cache", "holdfast-compiled") },
  node: isOurs ? undefined : join(root, "node_modules", "node", "bin", binary),
});
