/**
 * How much a ticket accepts, by its waiting time: the three limits of a queue, each a line that grows from `start` to
 * `max` and is at its end once the ticket starves. Decides nothing about matches.
 */
import type { Growth, QueueRules } from "../queues.ts";

/** Whether it has waited so long that the best match available now is better than waiting. */
export function isStarving(rules: QueueRules, waitedMs: number): boolean {
  return waitedMs >= rules.starvationSeconds * 1000;
}

/** How far the others of its match may be from the ticket in mean mu, up or down. */
export function ratingWindow(rules: QueueRules, waitedMs: number): number {
  return isStarving(rules, waitedMs) ? rules.ratingWindow.max : grown(rules.ratingWindow, waitedMs);
}

/**
 * The slowest round trip that a ticket accepts. Its own best region is always accepted, because waiting finds no
 * better one.
 */
export function latencyLimitMs(rules: QueueRules, waitedMs: number): number {
  if (isStarving(rules, waitedMs)) return rules.latencyMs.max;
  return grown(rules.latencyMs, waitedMs - rules.latencyMs.growAfterSeconds * 1000);
}

/**
 * How far the favourite's chance may exceed an equal chance (0.5 with two sides). A starving ticket takes the most
 * even match that its windows allow, however uneven: it must not wait forever.
 */
export function unfairnessLimit(rules: QueueRules, waitedMs: number): number {
  return isStarving(rules, waitedMs) ? 1 : grown(rules.unfairness, waitedMs);
}

function grown({ start, growPerSecond, max }: Growth, waitedMs: number): number {
  return Math.min(max, start + (growPerSecond * Math.max(0, waitedMs)) / 1000);
}
