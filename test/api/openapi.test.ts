/** The description of the API: a sound OpenAPI 3.1 document, and every route answering as it says. */
import { afterEach, expect, test } from "vitest";
import { openapi } from "../../server/api/openapi.ts";
import { recordOutcome } from "../../server/ratings/outcomes.ts";
import { errorCodes } from "../../shared/wire/errors.ts";
import { type Route, routes } from "../../shared/wire/routes.ts";
import { closeApiServers, startApi } from "./api-server.ts";
import { assertDescribed, routeOf } from "./described.ts";
import { createTicket, roomySeating } from "./queueing.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: object;
}
interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security: readonly Record<string, readonly string[]>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { content: Record<string, { schema: object }> };
  readonly responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}
interface Document {
  readonly openapi: string;
  readonly info: { title: string; version: string };
  readonly servers: readonly { url: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
}

const document = JSON.parse(JSON.stringify(openapi())) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

afterEach(closeApiServers);

test("the document is what every server of this version gives, and a page renders it", async () => {
  const { call } = await startApi();
  expect(await call("GET", "/openapi.json")).toMatchObject({
    status: 200,
    type: "application/json",
    body: document,
  });
  expect((await call("GET", "/docs/")).body).toContain("swagger");
  expect((await call("GET", "/docs/swagger-initializer.js")).body).toContain('"../openapi.json"');
});

test("it is OpenAPI 3.1: its fields, its ids and its references are sound", () => {
  expect(document.openapi).toBe("3.1.0");
  expect(document.info).toMatchObject({ title: "Holdfast", version: expect.any(String) });
  expect(document.servers).toEqual([{ url: "." }]);
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const text = JSON.stringify(document);
  const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to!));
  expect(references.size).toBeGreaterThan(4);
  for (const to of references)
    expect(Object.keys(document.components.schemas)).toContain(to.split("/").at(-1));
  for (const { operation } of operations)
    for (const need of operation.security)
      expect(document.components.securitySchemes).toHaveProperty(Object.keys(need)[0]!);
});

test.each(operations)("$method $path describes its parameters, its body and each of its answers", (each) => {
  const { path, operation } = each;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const described = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
  expect(described.map(({ name }) => name).sort()).toEqual(inPath.sort());
  expect(described.every(({ required }) => required === true)).toBe(true);
  for (const [status, { description, content }] of Object.entries(operation.responses)) {
    expect(status).toMatch(/^[2-5]\d\d$/);
    expect(description).not.toBe("");
    const types = Object.keys(content ?? {});
    if (Number(status) >= 400) expect(types).toEqual(["application/problem+json"]);
    if (status === "204") expect(types).toEqual([]);
  }
  const body = operation.requestBody?.content["application/json"];
  if (operation.requestBody) expect(body?.schema).toBeTypeOf("object");
});

test.each(Object.entries<Route>(routes))("%s is there with every refusal by its status", (id, route) => {
  const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
  const operation = document.paths[path]![route.method]!;
  expect(operation.operationId).toBe(id);
  expect(operation.security).toHaveLength(route.session ? 1 : 0);
  expect(operation.responses).toHaveProperty(`${route.status}`);
  for (const status of ["400", "413", "429", "500", "503", ...(route.session ? ["401"] : [])])
    expect(operation.responses).toHaveProperty(status);
  const said = Object.values(operation.responses)
    .map(({ description }) => description)
    .join("\n");
  for (const code of route.refusals) expect(said).toContain(`\`${code}\`: ${errorCodes[code].advice}`);
  const headers = (operation.parameters ?? []).filter((parameter) => parameter.in === "header");
  expect(headers.map(({ name }) => name)).toEqual(route.idempotent ? ["Idempotency-Key"] : []);
});

test("a body that may be left out is not required", () => {
  const required = (path: string) =>
    (document.paths[path]!["post"]!.requestBody as { required?: boolean }).required;
  expect(required("/v1/sessions") ?? false).toBe(false);
  expect(required("/v1/tickets")).toBe(true);
});

test("every route answers in the shape that it describes, when all goes well", async () => {
  const api = await startApi();
  const answered = new Set<string>();
  const ask = async (method: string, path: string, token?: string, body?: unknown) => {
    answered.add(routeOf(method, path)!);
    const answer = await api.call(method, path, { token, body });
    expect(answer.status).toBeLessThan(300);
    return answer.body;
  };
  const begun = await ask("POST", "/v1/sessions", undefined, { name: "Ada" });
  const { token, refreshToken } = begun;
  const other = await api.guest();
  await ask("GET", "/v1/session", token);
  await ask("POST", "/v1/sessions/refresh", undefined, { refreshToken });
  await ask("GET", "/v1/matches");
  await ask("GET", "/v1/games");
  await ask("GET", "/v1/matches/m1");
  await ask("POST", "/v1/matches/join", token, { game: "arena" });
  await ask("GET", "/v1/queues");

  const founded = await ask("POST", "/v1/parties", token);
  const joined = await ask("POST", "/v1/parties/join", other.token, { invite: founded.invite });
  const { id, revision } = joined;
  for (const each of [token, other.token]) await ask("PUT", `/v1/parties/${id}/ready`, each, { revision });
  const together = await createTicket(api, token, { queue: "pairs", party: { id, revision } });
  await ask("GET", `/v1/parties/${id}`, token);
  await ask("DELETE", `/v1/tickets/${together.body.id}`, token);
  await ask("DELETE", `/v1/parties/${id}/membership`, token);

  answered.add("createTicket");
  const [mine] = await Promise.all([token, other.token].map((each) => createTicket(api, each)));
  api.world.director(roomySeating()).start();
  await api.world.pass(500);
  const { state } = await ask("GET", `/v1/tickets/${mine!.body.id}?waitSeconds=5`, token);
  expect(state).toBe("assigned");
  const events = await ask("GET", `/v1/tickets/${mine!.body.id}/events`, token);
  const last = JSON.parse(events.split("data: ").at(-1));
  assertDescribed("readTicket", { status: 200, type: "application/json", body: last });

  const teams = [token, other.token].map((_, at) => ({ rank: at + 1, userIds: [`u${at}`] }));
  await recordOutcome(api.world, { matchId: "m1", queue: "duel", teams, names: { u0: "Ada" } });
  await ask("GET", "/v1/players/u0");
  await ask("GET", "/v1/leaderboards/duel");
  await ask("DELETE", "/v1/session", token);
  expect([...answered].sort()).toEqual(Object.keys(routes).sort());
});
