/** HTTP requests: by their route's template, their method and the class of their status. */
import type { Meters } from "./meters.ts";

const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** A request for a ticket may wait up to a minute. */
const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

export class HttpMeters {
  readonly #requests;
  readonly #time;

  constructor(meters: Meters) {
    this.#requests = meters.counter("http_requests_total", "Requests that were answered", [
      "route",
      "method",
      "status",
    ]);
    this.#time = meters.histogram(
      "http_request_seconds",
      "Time from a request to the end of its answer",
      requestBuckets,
      ["route", "method"],
    );
  }

  /** @param answered `route` is a template, of which there are as many as routes */
  answered(answered: { route: string; method: string; status: number | undefined; seconds: number }): void {
    const { route, status, seconds } = answered;
    const method = methods.has(answered.method) ? answered.method : "other";
    this.#requests.inc({ route, method, status: classOf(status) });
    this.#time.observe({ route, method }, seconds);
  }
}

/** `none`: the caller disconnected before the answer. */
const classOf = (status: number | undefined) =>
  status === undefined ? "none" : `${Math.floor(status / 100)}xx`;
