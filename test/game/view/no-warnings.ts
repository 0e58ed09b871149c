/** The schema package only warns when a client's tree has gone wrong: in these tests that is a failure. */
import { afterEach, beforeEach, expect, vi } from "vitest";

export function failOnWarnings(): void {
  beforeEach(() => {
    vi.spyOn(console, "warn");
    vi.spyOn(console, "error");
  });
  afterEach(() => {
    expect(console.warn).not.toHaveBeenCalled();
    expect(console.error).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
}
