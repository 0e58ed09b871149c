/** /openapi.json, and /docs that renders it. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import express, { type Express } from "express";
import { openapi } from "./openapi.ts";
import { docsSecurityHeaders } from "./security-headers.ts";

/** Its package is a page; imported, it would start one here. */
const swaggerDir = dirname(fileURLToPath(import.meta.resolve("swagger-ui-dist/swagger-ui.css")));

export function addDescriptionRoutes(app: Express): void {
  let description: object | undefined;
  app.get("/openapi.json", (_request, response) => {
    description ??= openapi();
    response.json(description);
  });
  // Its own starting script shows an example of somebody else's.
  app.get("/docs/swagger-initializer.js", (_request, response) =>
    response.type("text/javascript").send(start),
  );
  app.use("/docs", docsSecurityHeaders);
  app.use("/docs", express.static(swaggerDir, { maxAge: "1h" }));
}

const start = `window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    persistAuthorization: true,
    presets: [SwaggerUIBundle.presets.apis],
  });
};
`;
