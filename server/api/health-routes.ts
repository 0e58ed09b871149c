/** Routes of every process: whether it is alive, whether it takes work, and its metrics. */
import type { Express } from "express";

export interface HealthParts {
  /** Why the process takes no players; undefined when it does. */
  readonly notReady: () => string | undefined;
  readonly metrics: () => Promise<{ type: string; text: string }>;
}

export function addHealthRoutes(app: Express, parts: HealthParts): void {
  app.get("/healthz", (_request, response) => response.json({ status: "ok" }));
  app.get("/readyz", (_request, response) => {
    const reason = parts.notReady();
    response
      .status(reason === undefined ? 200 : 503)
      .json(reason === undefined ? { status: "ready" } : { status: "not ready", reason });
  });
  app.get("/metrics", async (_request, response) => {
    const { type, text } = await parts.metrics();
    response.type(type).send(text);
  });
}
