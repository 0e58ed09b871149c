/** Serves /openapi.json, /docs that renders it, and /docs/errors that explains refusals. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Express } from "express";
import { newRouter } from "./app.ts";
import { errorPage } from "./error-page.ts";
import { filesIn, serveFiles } from "./memory-files.ts";
import { openapi } from "./openapi.ts";
import { docsSecurityHeaders } from "./security-headers.ts";

/** Located by a file: the package's main module must not be imported, because it starts a page. */
const swaggerDir = dirname(fileURLToPath(import.meta.resolve("swagger-ui-dist/swagger-ui.css")));
/** The files that its page loads. */
const swaggerFiles = [
  ...["index.html", "index.css", "swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js"],
  ...["favicon-16x16.png", "favicon-32x32.png"],
];

export function addDescriptionRoutes(app: Express): void {
  let description: object | undefined;
  app.get("/openapi.json", (_request, response) => {
    description ??= openapi();
    response.json(description);
  });
  // Relative, like all addresses here, because a proxy may add a path prefix.
  app.get("/docs", (_request, response) => response.redirect(301, "docs/"));
  const docs = newRouter();
  docs.use(docsSecurityHeaders);
  const errors = errorPage();
  docs.get("/errors", (_request, response) => response.type("html").send(errors));
  // Its own start script shows a different API.
  docs.get("/swagger-initializer.js", (_request, response) => response.type("text/javascript").send(start));
  // Two megabytes that few servers are ever asked for.
  const swagger = () => filesIn(swaggerDir, swaggerFiles);
  docs.use(serveFiles(swagger, { cache: () => "public, max-age=3600" }));
  app.use("/docs", docs);
}

const start = `window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: "../openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    persistAuthorization: true,
    presets: [SwaggerUIBundle.presets.apis],
  });
};
`;
