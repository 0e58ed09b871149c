/**
 * A project of Colyseus that docs/from-colyseus.md is followed in: its files as the page has them, its packages as a project
 * has them, and the commands of the page one by one. It knows which of them were run.
 */
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServerProcess } from "../../client-sim/processes/server-process.ts";
import { run, started } from "./installed.ts";

const root = join(import.meta.dirname, "..", "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const page = read("docs/from-colyseus.md");

const blocks = [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, kind, text]) => ({
  kind,
  text: text!,
}));
const blocksOf = (wanted: string) => blocks.filter(({ kind }) => kind === wanted).map(({ text }) => text);

/** What the page has people type, line by line. */
export const commands = blocksOf("sh").flatMap((block) => block.trim().split("\n"));

/** Where tests have theirs: a free port, and the loopback. */
const somewhere = ["--port", "0", "--host", "127.0.0.1"];

export class ColyseusProject {
  readonly #folder: string;
  readonly #packed: string;
  readonly ran = new Set<string>();

  /** @param packed what npm installs in the place of the published package */
  constructor(folder: string, packed: string) {
    this.#folder = folder;
    this.#packed = packed;
  }

  /**
   * As it is before anybody has heard of Holdfast.
   * @param installed a folder whose packages it has already, as a project has some: npm need not unpack them again
   */
  async write(installed: string): Promise<void> {
    await run(this.#folder, "cp", "-al", join(installed, "node_modules"), ".");
    // npm writes into these two in place: a link would change them where they come from.
    for (const lock of ["package-lock.json", "node_modules/.package-lock.json"])
      await run(this.#folder, "cp", "--remove-destination", join(installed, lock), lock);
    const { dependencies, devDependencies } = JSON.parse(read("package.json"));
    const known: Record<string, string> = { ...dependencies, ...devDependencies };
    const pick = (...names: string[]) => Object.fromEntries(names.map((name) => [name, known[name]!]));
    const manifest = {
      ...{ name: "my-project", private: true, type: "module" },
      dependencies: pick("@colyseus/core", "@colyseus/schema"),
      // Node itself too: to unpack it a second time would be the longest step of all.
      devDependencies: pick("typescript", "@types/express", "@types/node", "node"),
    };
    const compilerOptions = {
      ...{ target: "es2022", module: "nodenext", strict: true, outDir: "build", skipLibCheck: true },
    };
    await this.#put("package.json", JSON.stringify(manifest));
    await this.#put("tsconfig.json", JSON.stringify({ compilerOptions, files: ["app.config.ts"] }));
    await this.#put("app.config.ts", blocksOf("ts")[0]!);
  }

  /** A command of the page, word by word but for what tests must have. */
  async follow(command: string): Promise<void> {
    this.#note(command);
    const words = command.replace("npm install holdfast", `npm install ${this.#packed}`).split(" ");
    await run(
      this.#folder,
      words[0]!,
      ...words.slice(1),
      ...(words[0] === "npm" ? ["--no-audit", "--no-fund", "--prefer-offline"] : []),
    );
  }

  /** One that starts the server, after what is before its `&&`. */
  async start(command: string): Promise<ServerProcess> {
    this.#note(command);
    const steps = command.split(" && ").map((step) => step.split(" "));
    for (const [first, ...args] of steps.slice(0, -1)) await run(this.#folder, first!, ...args);
    const [first, ...args] = steps.at(-1)!;
    return started(this.#folder, first!, ...args, ...somewhere);
  }

  /** The line that makes a room durable. */
  async change(): Promise<void> {
    const [added, line] = blocksOf("")
      .find((block) => block.includes("DurableRoom"))!
      .trim()
      .split("\n");
    const path = join(this.#folder, "app.config.ts");
    const before = await readFile(path, "utf8");
    const room = /^export class BattleRoom extends .*$/m;
    if (!room.test(before)) throw new Error("the page has no room to change");
    await writeFile(path, `${added}\n${before.replace(room, line!)}`);
  }

  #note(command: string): void {
    if (!commands.includes(command)) throw new Error(`the page does not say \`${command}\``);
    this.ran.add(command);
  }

  readonly #put = (name: string, text: string) => writeFile(join(this.#folder, name), text);
}
