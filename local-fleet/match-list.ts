/** The running matches of a fleet, read over its public API. */
import type { MatchInfo, MatchList } from "../shared/wire/api.ts";

const answerMsMax = 1000;

/** @param urls those of matchmakers; the first that answers counts. @throws Error when none does */
export async function runningMatches(urls: readonly string[]): Promise<readonly MatchInfo[]> {
  let last: unknown = new Error("there is no matchmaker");
  for (const url of urls) {
    try {
      const response = await fetch(`${url}/v1/matches`, { signal: AbortSignal.timeout(answerMsMax) });
      if (!response.ok) throw new Error(`${url} answers ${response.status}`);
      return ((await response.json()) as MatchList).matches;
    } catch (error) {
      last = error;
    }
  }
  throw new Error("no matchmaker lists the matches", { cause: last });
}
