/** The line of a result about the own rating: its change, as soon as the server has counted the match. */
import type { ApiAccess } from "../../shared/client/api.ts";
import { element } from "../element.ts";
import { afterWords, ratingChange } from "./rating-words.ts";
import { fetchStanding, type RatingBefore, ratingAfter, ratingIn, type Standing } from "./standing.ts";

/** A match is counted before its end is stored, so the first request mostly has it. 15 s in all. */
const askMs = 750;
const triesMax = 20;

export interface RatedMatch {
  readonly access: ApiAccess;
  readonly queue: string;
  readonly userId: string;
  readonly before: RatingBefore;
}

/** A line that fills itself when the rating arrives. */
export function ratingLine(match: RatedMatch): HTMLElement {
  const line = element("p", { class: "rating-change", text: "Your rating is being calculated…" });
  line.setAttribute("role", "status");
  void fill(line, match);
  return line;
}

async function fill(line: HTMLElement, { access, queue, userId, before }: RatedMatch): Promise<void> {
  const once = { ...access, attemptsMax: 1 };
  const after = await ratingAfter(before, {
    ask: () => ratingIn(once, queue, userId),
    pause: () => new Promise((resume) => setTimeout(resume, askMs)),
    triesMax,
  });
  if (!after) {
    line.textContent = "Your rating is not there yet. The start page will show it.";
    return;
  }
  const standing: Partial<Standing> = await fetchStanding(once, queue, userId).catch(() => ({}));
  const words = ratingChange(before.mu, after.mu);
  line.replaceChildren(
    element("span", { text: `Rating ${words.before} → ` }),
    element("b", { text: words.after }),
    element("b", { class: `change ${words.tone}`, text: words.change }),
    element("small", { text: afterWords(before, standing.place) }),
  );
}
