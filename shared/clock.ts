/**
 * Two kinds of moments that are never compared: those of a monotonic clock, and those of a clock that people set. A
 * function that wants one kind does not accept the other. The result of a calculation is a plain number, so nothing
 * needs wrapping. Types alone: no clock is read here.
 */
declare const kind: unique symbol;

/** Milliseconds since some moment of this process: for durations, and nothing else. */
export type SteadyMs = number & { readonly [kind]?: "steady" };
/** Milliseconds since 1970, by the clock of a store or of a machine; it may step. */
export type UnixMs = number & { readonly [kind]?: "unix" };

export type SteadyClock = () => SteadyMs;
export type UnixClock = () => UnixMs;

/** Runs a function once, after `ms` of a steady clock. */
export type Later = (ms: number, run: () => void) => void;
