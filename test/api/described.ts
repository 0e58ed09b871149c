/**
 * Holds an answer against what its route says of itself: a status that it names, a body of its shape and nothing
 * beside it, a refusal that it may give. Every call of an API test goes through here, so whatever a handler answers
 * anywhere must be in the description.
 */
import assert from "node:assert/strict";
import { httpStatusOf } from "../../server/api/problem.ts";
import { problemBody } from "../../shared/wire/api.ts";
import type { ErrorCode } from "../../shared/wire/errors.ts";
import { type Route, refusedAnywhere, refusedSessions, routes } from "../../shared/wire/routes.ts";

interface Answered {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: unknown;
}

/** The route's name; undefined: there is none, as for the page. */
export function routeOf(method: string, path: string): keyof typeof routes | undefined {
  const [pathname = ""] = path.split("?", 1);
  const found = Object.entries<Route>(routes).find(
    ([, route]) =>
      route.method === method.toLowerCase() &&
      new RegExp(`^${route.path.replaceAll(/:\w+/g, "[^/]+")}$`).test(pathname),
  );
  return found?.[0] as keyof typeof routes | undefined;
}

export function assertDescribed(name: keyof typeof routes, answered: Answered): void {
  const route: Route = routes[name];
  const asked = `${name} answered ${answered.status}`;
  if (answered.status >= 400) assertRefusal(route, answered, asked);
  else assertAnswer(route, answered, asked);
}

function assertAnswer(route: Route, answered: Answered, asked: string): void {
  const statuses: readonly number[] = route.idempotent ? [route.status, 200] : [route.status];
  assert(statuses.includes(answered.status), `${asked}, described are ${statuses.join(", ")}`);
  if (route.answer === undefined) assert.equal(answered.body, "", `${asked} with a body`);
  else if (route.stream) assert.equal(answered.type, "text/event-stream");
  else
    assert.deepEqual(route.answer.parse(answered.body), answered.body, `${asked} with more than described`);
}

function assertRefusal({ refusals, session }: Route, answered: Answered, asked: string): void {
  assert.equal(answered.type, "application/problem+json", asked);
  const body = problemBody.parse(answered.body);
  assert.deepEqual(body, answered.body, `${asked} with more than a problem`);
  const may: readonly string[] = [...refusals, ...refusedAnywhere, ...(session ? refusedSessions : [])];
  assert(may.includes(body.code), `${asked} with ${body.code}, which it does not describe`);
  assert.equal(httpStatusOf(body.code as ErrorCode), answered.status, asked);
}
