/**
 * One calm line about the connection. It is worked out from what is known, not switched on and off: the most
 * important thing that is true now is shown.
 */
import type { ConnectionState } from "../../shared/client/follow-match.ts";
import { element, setText } from "../element.ts";

const backShownMs = 5_000;
const silentAfterMs = 2_000;

export interface Situation {
  readonly state: ConnectionState["kind"];
  /** How long the connection has been away, and for how long the server keeps the place; 0 while it is there. */
  readonly awayMs: number;
  readonly seatGraceMs: number;
  /** The last notice that still holds, e.g. that the match is frozen. */
  readonly notice: string | undefined;
  readonly lastPatchAtMs: number;
  readonly nowMs: number;
  /** The last return after a lost connection. */
  readonly back: { atMs: number; gapMs: number; isComplete: boolean } | undefined;
}

export interface BannerText {
  readonly tone: "wait" | "good" | "none";
  readonly text: string;
}

export function bannerText(situation: Situation): BannerText {
  const { state, awayMs, seatGraceMs, notice, lastPatchAtMs, nowMs, back } = situation;
  if (state === "reconnecting") {
    // Whose fault it is, is not known here. While no server is there the match stands still, and so does the grace.
    const place = awayMs < seatGraceMs ? "your place is kept." : "your place may be gone by now.";
    return { tone: "wait", text: `Reconnecting… ${place}` };
  }
  if (notice) return { tone: "wait", text: notice };
  if (state === "playing" && nowMs - lastPatchAtMs > silentAfterMs) {
    return { tone: "wait", text: "Nothing comes from the server. Looking for a way…" };
  }
  if (back && nowMs - back.atMs < backShownMs) {
    const gap = `gap ${Math.round(back.gapMs)} ms`;
    const text = back.isComplete ? `You are back: nothing was lost (${gap}).` : `You are back (${gap}).`;
    return { tone: "good", text };
  }
  return { tone: "none", text: "" };
}

export class Banner {
  readonly root = element("p", { class: "banner" });

  constructor() {
    this.root.setAttribute("role", "status");
  }

  show(situation: Situation): void {
    const { tone, text } = bannerText(situation);
    this.root.dataset.tone = tone;
    // While it fades out the last text stays in it.
    if (text) setText(this.root, text);
  }
}
