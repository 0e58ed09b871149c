/**
 * How far a ticket lets itself be stretched, by how long it has waited: the three limits of a queue, each a
 * line that grows from `start` to `max`, and is at its end once the ticket starves. Decides nothing about matches.
 */
import type { Growth, QueueRules } from "../queues.ts";

/** Has waited so long that the best match there is beats any better one. */
export function isStarving(rules: QueueRules, waitedMs: number): boolean {
  return waitedMs >= rules.starvationSeconds * 1000;
}

/** How far away in mean mu, up or down, a ticket accepts the others of its match. */
export function ratingWindow(rules: QueueRules, waitedMs: number): number {
  return isStarving(rules, waitedMs) ? rules.ratingWindow.max : grown(rules.ratingWindow, waitedMs);
}

/**
 * The slowest round trip that a ticket accepts. Its own best region is always accepted, whatever it is:
 * waiting finds no better one.
 */
export function latencyLimitMs(rules: QueueRules, waitedMs: number): number {
  if (isStarving(rules, waitedMs)) return rules.latencyMs.max;
  return grown(rules.latencyMs, waitedMs - rules.latencyMs.growAfterSeconds * 1000);
}

/**
 * By how much the favourite of a match may exceed an equal chance (0.5 with two sides). Whoever starves takes
 * the most even match that its windows allow, however even that is: it must not wait for ever.
 */
export function unfairnessLimit(rules: QueueRules, waitedMs: number): number {
  return isStarving(rules, waitedMs) ? 1 : grown(rules.unfairness, waitedMs);
}

function grown({ start, growPerSecond, max }: Growth, waitedMs: number): number {
  return Math.min(max, start + (growPerSecond * Math.max(0, waitedMs)) / 1000);
}
