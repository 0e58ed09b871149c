/** The party on the start page: start or join one; then its invite, its members, ready and leave. */
import type { PartyInfo } from "../../shared/wire/parties.ts";
import { button, element, problemLine, setText } from "../element.ts";
import { inWords } from "../errors-in-words.ts";
import type { PagePlayer } from "../player/player.ts";
import type { OwnParty } from "./own-party.ts";
import { isReady, shownName } from "./party-words.ts";

const copiedShownMs = 1_500;
/** As in wire/parties.ts. */
const inviteLengthMax = 64;

export class PartyBox {
  readonly root = element("section", { class: "party panel" });
  readonly #party: OwnParty;
  readonly #player: PagePlayer;
  readonly #onChange: () => void;
  readonly #named: () => Promise<void>;
  readonly #problem = problemLine();
  readonly #content = element("div", { class: "party-content" });
  #shown = "";

  /** @param on `change` is called when the party changes; `named` makes the typed name the player's, before others see it */
  constructor(
    { party, player }: { party: OwnParty; player: PagePlayer },
    on: { change: () => void; named: () => Promise<void> },
  ) {
    this.#party = party;
    this.#player = player;
    this.#onChange = on.change;
    this.#named = on.named;
    this.root.append(element("h2", { text: "Party" }), this.#content, this.#problem);
    this.show();
  }

  /** Redrawn only when the party has changed, so that nothing typed is lost. */
  show(): void {
    const { info } = this.#party;
    const shown = JSON.stringify(info ?? null);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#content.replaceChildren(...(info ? this.#together(info) : this.#alone()));
  }

  #alone(): HTMLElement[] {
    const code = element("input", { class: "invite-entry" });
    code.placeholder = "Invite code";
    code.maxLength = inviteLengthMax;
    code.autocomplete = "off";
    code.spellcheck = false;
    code.setAttribute("aria-label", "Invite code");
    const join = element("button", { text: "Join" });
    const form = element("form", { class: "row", children: [code, join] });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (code.value.trim()) void this.#act(() => this.#party.join(code.value.trim()));
    });
    const found = button("Start a party", "", () => void this.#act(() => this.#party.found()));
    return [
      element("p", {
        class: "quiet",
        text: "Play with friends: start a party and send them its code, or join theirs.",
      }),
      found,
      form,
    ];
  }

  #together(info: PartyInfo): HTMLElement[] {
    const invite = element("code", { class: "invite", text: info.invite });
    const copy = button("Copy", "", () => void copied(copy, invite));
    const ready = isReady(info, this.#player.userId);
    const say = button(
      ready ? "Not ready" : "Ready",
      ready ? "" : "primary",
      () => void this.#act(() => this.#party.sayReady(!ready)),
    );
    const leave = button("Leave party", "", () => void this.#act(() => this.#party.leave()));
    return [
      element("div", {
        class: "row",
        children: [element("span", { class: "quiet", text: "Invite" }), invite, copy],
      }),
      element("ul", { class: "members", children: info.members.map((member) => this.#row(info, member)) }),
      element("div", { class: "row", children: [say, leave] }),
    ];
  }

  #row({ leader }: PartyInfo, member: PartyInfo["members"][number]): HTMLElement {
    const mark = element("span", {
      class: member.ready ? "mark ready" : "mark",
      text: member.ready ? "✓" : "…",
    });
    const roles = [
      member.userId === this.#player.userId ? "you" : "",
      member.userId === leader ? "leads" : "",
    ];
    return element("li", {
      children: [
        mark,
        element("b", { text: shownName(member) }),
        element("span", { class: "quiet", text: roles.filter(Boolean).join(", ") }),
        element("span", { class: "state", text: member.ready ? "ready" : "not ready" }),
      ],
    });
  }

  /** One action at a time: the buttons are disabled meanwhile. */
  async #act(act: () => Promise<void>): Promise<void> {
    for (const each of this.#content.querySelectorAll("button")) each.disabled = true;
    setText(this.#problem, "");
    try {
      await this.#named();
      await act();
    } catch (error) {
      setText(this.#problem, inWords(error));
    }
    for (const each of this.#content.querySelectorAll("button")) each.disabled = false;
    this.show();
    this.#onChange();
  }
}

/** If the page may not write to the clipboard (no https), the code is selected for the player to copy. */
async function copied(copy: HTMLButtonElement, invite: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(invite.textContent);
    copy.textContent = "Copied";
  } catch {
    getSelection()?.selectAllChildren(invite);
    copy.textContent = "Selected";
  }
  setTimeout(() => {
    copy.textContent = "Copy";
  }, copiedShownMs);
}
