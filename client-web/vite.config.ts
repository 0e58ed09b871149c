/** Vite builds the page into one folder with relative addresses, so that it works under any path. */
import { fileURLToPath } from "node:url";
import type { UserConfig } from "vite";

export default {
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  logLevel: "warn",
  build: { target: "es2024", outDir: "dist", emptyOutDir: true, chunkSizeWarningLimit: 900 },
} satisfies UserConfig;
