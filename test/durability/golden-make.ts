/**
 * Writes the bytes of a new version beside what they are to say (see golden.ts), with the writers of now. It never
 * writes over a file: what is there stands for what is stored out there.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { goldenDirectory, goldenKinds, goldenNames, hexLines } from "./golden.ts";

for (const name of goldenNames) {
  const file = new URL(`${name}.hex`, goldenDirectory);
  if (existsSync(file)) continue;
  const fields = JSON.parse(readFileSync(new URL(`${name}.json`, goldenDirectory), "utf8"));
  const kind = name.replace(/-\d+.*$/, "");
  writeFileSync(file, hexLines(goldenKinds[kind]!.write(fields as never)));
  console.log(`${name}.hex`);
}
