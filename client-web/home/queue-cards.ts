/** The queues as cards to choose from. They are radio buttons, so that keyboard and screen readers work as usual. */
import type { QueueInfo } from "../../shared/wire/tickets.ts";
import { element } from "../element.ts";
import { botsWords, partyWords, queueShape, queueTitle } from "../queue/queue-words.ts";

export class QueueCards {
  readonly root = element("fieldset", { class: "queues" });
  readonly #onChoose: (queue: QueueInfo) => void;

  constructor(onChoose: (queue: QueueInfo) => void) {
    this.#onChoose = onChoose;
    this.root.append(element("legend", { text: "Queue" }));
  }

  show(queues: readonly QueueInfo[], chosen: QueueInfo): void {
    this.root.replaceChildren(
      element("legend", { text: "Queue" }),
      ...queues.map((queue) => this.#card(queue, queue === chosen)),
    );
  }

  #card(queue: QueueInfo, isChosen: boolean): HTMLElement {
    const choice = element("input");
    choice.type = "radio";
    choice.name = "queue";
    choice.value = queue.name;
    choice.checked = isChosen;
    choice.addEventListener("change", () => this.#onChoose(queue));
    return element("label", {
      class: "queue-card",
      children: [
        choice,
        element("b", { text: queueTitle(queue) }),
        element("span", { text: queueShape(queue) }),
        element("small", { text: botsWords(queue) }),
        element("small", { text: partyWords(queue) }),
      ],
    });
  }
}
