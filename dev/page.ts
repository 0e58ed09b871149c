/**
 * The page while it is developed, by the author's own Vite: reloaded when the rules change, with Vite's own
 * window over it when they are broken.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

export interface PageOptions {
  readonly folder: string;
  readonly port: number;
  /** The port of the matches' server, which the page finds in `import.meta.env.VITE_HOLDFAST_PORT`. */
  readonly gamePort: number;
}

export interface DevelopedPage {
  readonly url: string;
  reload(): void;
  show(problem: string): void;
  close(): Promise<void>;
}

/** @throws Error when there is no page, or no Vite */
export async function startPage({ folder, port, gamePort }: PageOptions): Promise<DevelopedPage> {
  const root = resolve(folder);
  if (!existsSync(join(root, "index.html")))
    throw new Error(`--page ${folder}: there is no index.html in it`);
  const { createServer } = await viteOf(root);
  const vite = await createServer({
    ...{ root, logLevel: "warn", server: { port } },
    define: { "import.meta.env.VITE_HOLDFAST_PORT": JSON.stringify(String(gamePort)) },
  });
  let problem: string | undefined;
  const tell = () => {
    if (problem !== undefined) vite.ws.send({ type: "error", err: { message: problem, stack: "" } });
  };
  // Who opens the page, or is just reloading it, has not heard of it.
  vite.ws.on("connection", tell);
  await vite.listen();
  return {
    url: vite.resolvedUrls?.local[0] ?? `http://localhost:${port}/`,
    reload: () => {
      problem = undefined;
      vite.ws.send({ type: "full-reload" });
    },
    show: (said) => {
      problem = said;
      tell();
    },
    close: () => vite.close(),
  };
}

/** That of the project, not one of ours. */
async function viteOf(root: string): Promise<typeof import("vite")> {
  try {
    const path = createRequire(join(root, "page.js")).resolve("vite");
    return await import(pathToFileURL(path).href);
  } catch (error) {
    throw new Error(`--page needs Vite (npm install --save-dev vite): ${(error as Error).message}`);
  }
}
