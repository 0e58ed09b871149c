/**
 * The audit log for operators: each action of an operator is a log line, and so is each refusal that tells something
 * about its caller, up to a limit. Anybody can cause refusals, so the rest is counted.
 */
import type { SteadyClock } from "../../shared/clock.ts";

/** Lines about refusals per minute; the next line reports how many were suppressed. */
const refusalsPerMinuteMax = 60;
const minuteMs = 60_000;

export interface Audit {
  /** An operator did something, or tried to. */
  action(what: string, details: object): void;
  /** A caller was refused. */
  refusal(what: string, details: object): void;
}

export interface AuditParts {
  readonly log: (message: string, details: object) => void;
  /** Monotonic, of this process. */
  readonly steadyMs: SteadyClock;
}

export function audit({ log, steadyMs }: AuditParts): Audit {
  let minute = Number.NEGATIVE_INFINITY;
  let lines = 0;
  let unsaid = 0;
  return {
    action: (what, details) => log("audit", { audit: what, ...details }),
    refusal: (what, details) => {
      const now = Math.floor(steadyMs() / minuteMs);
      if (now !== minute) lines = 0;
      minute = now;
      lines += 1;
      if (lines > refusalsPerMinuteMax) unsaid += 1;
      else log("audit", { audit: what, ...details, ...(unsaid > 0 && { unsaidBefore: unsaid }) });
      if (lines <= refusalsPerMinuteMax) unsaid = 0;
    },
  };
}
