/** Colyseus' own matchmaking routes count like all others; who the caller is, its rooms check. */
import type { Express } from "express";
import { limitedAddress } from "./limited-address.ts";
import { problem } from "./problem.ts";
import type { Admission } from "./serve-route.ts";

export function addMatchmakeLimit(app: Express, { takeOne }: Admission): void {
  app.use("/matchmake", async (request, response, next) => {
    const counted = await takeOne("address", limitedAddress(request.ip));
    if (counted.ok) next();
    else problem(response, counted.code, counted.detail, counted);
  });
}
