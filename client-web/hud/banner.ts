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

export function bannerText({ state, notice, lastPatchAtMs, nowMs, back }: Situation): BannerText {
  if (state === "reconnecting") {
    return { tone: "wait", text: "Reconnecting… the server went away; your match is safe." };
  }
  if (notice) return { tone: "wait", text: notice };
  if (state === "playing" && nowMs - lastPatchAtMs > silentAfterMs) {
    return { tone: "wait", text: "The server is silent. Waiting for it…" };
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
