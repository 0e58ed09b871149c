/**
 * Two kinds of moments that are never compared: of a clock that never steps, and of one that people set. A function
 * that wants one does not take the other. What is calculated from one is a plain number, so there is nothing to wrap.
 * Types alone: no clock is read here.
 */
declare const kind: unique symbol;

/** Milliseconds since some moment of this process: for durations, and nothing else. */
export type SteadyMs = number & { readonly [kind]?: "steady" };
/** Milliseconds since 1970, by the clock of a store or of a machine; it may step. */
export type UnixMs = number & { readonly [kind]?: "unix" };

export type SteadyClock = () => SteadyMs;
export type UnixClock = () => UnixMs;

/** Runs it once, after so many ms of a steady clock. */
export type Later = (ms: number, run: () => void) => void;
