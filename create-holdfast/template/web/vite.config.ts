/** How Vite builds the page: beside its sources, with relative addresses, so that it works under any path. */
import type { UserConfig } from "vite";

export default {
  base: "./",
  build: { outDir: "../dist", emptyOutDir: true },
} satisfies UserConfig;
