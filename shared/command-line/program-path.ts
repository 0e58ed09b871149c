/**
 * Where a program of ours is that another one starts. Sources are TypeScript and are run as they are; in the built
 * package the same files are JavaScript. The path ends like that of the file that asks.
 */
import { fileURLToPath } from "node:url";

/**
 * @param asking `import.meta.url` of the module that asks
 * @param program relative to that module, as its source is named: `../../server/main.ts`
 */
export function programPath(asking: string, program: string): string {
  const path = fileURLToPath(new URL(program, asking));
  return asking.endsWith(".ts") ? path : path.replace(/\.ts$/, ".js");
}
