/** The foot of the start page: the keys of the game, and where to read more. It makes no requests. */
import { element } from "../element.ts";

/** @param game the keys are those of the arena. Addresses are relative, as everywhere in the page: a proxy may add a path in front. */
export function foot(game: string): HTMLElement {
  const keys =
    "WASD or arrows move · mouse aims and fires, or J and L turn and space fires · 1 and 2 weapons · Enter chat · Tab scores · Escape menu";
  const thumbs = "Left thumb moves · right thumb aims, and fires when pushed out · or a gamepad";
  const documents = [
    ...[linkTo("docs/", "The API of this server"), " · ", linkTo("docs/errors", "what its errors mean")],
    " · all documents: docs/README.md in its repository",
  ];
  const more = element("p");
  more.append(...documents);
  return element("footer", {
    class: "keys",
    children:
      game === "arena"
        ? [
            element("p", { class: "for-keys", text: keys }),
            element("p", { class: "for-thumbs", text: thumbs }),
            more,
          ]
        : [more],
  });
}

function linkTo(address: string, text: string): HTMLAnchorElement {
  const link = element("a", { text });
  link.href = address;
  return link;
}
