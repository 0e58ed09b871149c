/**
 * One line about the connection. It is derived from the current state, not switched on and off: it shows the
 * most important thing that is true now.
 */
import type { ConnectionState } from "../../shared/client/connection-state.ts";
import { element, setText } from "../element.ts";

const backShownMs = 5_000;
const silentAfterMs = 2_000;

export interface Situation {
  readonly state: ConnectionState["kind"];
  /** How long the connection has been lost (0: it is not), and how long the server keeps the place. */
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
    // The cause is unknown here. While no server runs the match, its clock stands still, and so does the grace.
    const place = awayMs < seatGraceMs ? "your place is kept." : "your place may be gone by now.";
    return { tone: "wait", text: `Reconnecting… ${place}` };
  }
  if (notice) return { tone: "wait", text: notice };
  if (state === "playing" && nowMs - lastPatchAtMs > silentAfterMs) {
    return { tone: "wait", text: "Nothing comes from the server. Trying to reconnect…" };
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
    // The last text stays in it while it fades out.
    if (text) setText(this.root, text);
  }
}
