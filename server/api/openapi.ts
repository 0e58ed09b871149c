/** The API in OpenAPI 3.1, made from the routes that serve it: the description is what is validated. */
import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { problemBody } from "../../shared/wire/api.ts";
import { type ErrorCode, errorCodes } from "../../shared/wire/errors.ts";
import { type Route, refusedAnywhere, refusedSessions, routes } from "../../shared/wire/routes.ts";
import { httpStatusOf } from "./problem.ts";

const bearer = "session";

export function openapi(): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const [id, route] of Object.entries<Route>(routes)) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: operation(id, route) };
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Holdfast",
      version: "1",
      description:
        "Sessions, matches, queues, parties and ratings. Refusals are RFC 9457 problems with a `code`.",
      license: { name: "MIT", identifier: "MIT" },
    },
    // Relative to this document, because a proxy may add a path prefix.
    servers: [{ url: "." }],
    paths,
    components: { securitySchemes: { [bearer]: { type: "http", scheme: "bearer", bearerFormat: "JWT" } } },
  });
}

function operation(operationId: string, route: Route): ZodOpenApiOperationObject {
  const { summary, group, session, params, query, body, idempotent } = route;
  const header = idempotent ? z.object({ "Idempotency-Key": z.string().min(8).max(200) }) : undefined;
  return {
    ...{ operationId, summary, tags: [group] },
    security: session ? [{ [bearer]: [] }] : [],
    requestParams: {
      ...(params && { path: params }),
      ...(query && { query }),
      ...(header && { header }),
    },
    ...(body && { requestBody: requestBody(body) }),
    responses: { ...answers(route), ...refusals(route) },
  };
}

function requestBody(schema: z.ZodType): NonNullable<ZodOpenApiOperationObject["requestBody"]> {
  const mayBeLeftOut = schema.safeParse(undefined).success;
  return { required: !mayBeLeftOut, content: { "application/json": { schema } } };
}

function answers({ status, answer, stream, idempotent }: Route): ZodOpenApiOperationObject["responses"] {
  const type = stream ? "text/event-stream" : "application/json";
  const described = {
    description: stream ? "Events; the data of each is this" : "Done",
    ...(answer && { content: { [type]: { schema: answer } } }),
  };
  return { [`${status}`]: described, ...(idempotent && { "200": described }) };
}

/** By status, with its possible codes and what to do about each. */
function refusals({ refusals: own, session }: Route): ZodOpenApiOperationObject["responses"] {
  const codes: readonly ErrorCode[] = [...own, ...(session ? refusedSessions : []), ...refusedAnywhere];
  const byStatus = Map.groupBy(codes, httpStatusOf);
  return Object.fromEntries(
    [...byStatus].map(([status, each]) => [
      `${status}`,
      {
        description: each.map((code) => `\`${code}\`: ${errorCodes[code].advice}`).join("\n\n"),
        content: { "application/problem+json": { schema: problemBody } },
      },
    ]),
  );
}
