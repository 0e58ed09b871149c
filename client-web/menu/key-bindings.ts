/**
 * Which key does what: the usual keys, and what a player chose instead. Keys are named by their position on the keyboard. It
 * listens to nothing.
 */

export type KeyAction =
  | "up"
  | "down"
  | "left"
  | "right"
  | "turnLeft"
  | "turnRight"
  | "fire"
  | "blaster"
  | "rail"
  | "chat"
  | "scores";

export type KeyBindings = Readonly<Record<KeyAction, readonly string[]>>;

export const usualBindings: KeyBindings = {
  up: ["KeyW", "ArrowUp"],
  down: ["KeyS", "ArrowDown"],
  left: ["KeyA", "ArrowLeft"],
  right: ["KeyD", "ArrowRight"],
  turnLeft: ["KeyJ"],
  turnRight: ["KeyL"],
  fire: ["Space"],
  blaster: ["Digit1", "Numpad1"],
  rail: ["Digit2", "Numpad2"],
  chat: ["Enter", "NumpadEnter"],
  scores: ["Tab"],
};

export const actionNames: Readonly<Record<KeyAction, string>> = {
  up: "Move up",
  down: "Move down",
  left: "Move left",
  right: "Move right",
  turnLeft: "Turn left",
  turnRight: "Turn right",
  fire: "Fire",
  blaster: "Blaster",
  rail: "Rail",
  chat: "Chat",
  scores: "Scores",
};

export const keyActions = Object.keys(usualBindings) as readonly KeyAction[];
/** It opens the menu, whatever else is chosen. */
export const menuKey = "Escape";
const codesMax = 4;
const codeLengthMax = 32;

/** What was kept, as far as it can be used; for everything else the usual keys. */
export function readBindings(kept: unknown): KeyBindings {
  const given = typeof kept === "object" && kept !== null ? (kept as Record<string, unknown>) : {};
  const entries = keyActions.map((action) => {
    const codes = given[action];
    return [action, isCodes(codes) ? codes : usualBindings[action]] as const;
  });
  return Object.fromEntries(entries) as unknown as KeyBindings;
}

function isCodes(codes: unknown): codes is readonly string[] {
  if (!Array.isArray(codes) || codes.length > codesMax) return false;
  return codes.every((code) => typeof code === "string" && code.length <= codeLengthMax && code !== menuKey);
}

/** The action gets this key alone; the action that had it loses it. */
export function rebound(bindings: KeyBindings, action: KeyAction, code: string): KeyBindings {
  if (code === menuKey) return bindings;
  const others = keyActions.map(
    (each) => [each, each === action ? [code] : bindings[each].filter((had) => had !== code)] as const,
  );
  return Object.fromEntries(others) as unknown as KeyBindings;
}

export function actionOf(bindings: KeyBindings, code: string): KeyAction | undefined {
  return keyActions.find((action) => bindings[action].includes(code));
}

/** A key as a person calls it. */
function keyInWords(code: string): string {
  const arrows: Record<string, string> = { Up: "↑", Down: "↓", Left: "←", Right: "→" };
  if (code.startsWith("Arrow")) return arrows[code.slice(5)] ?? code;
  if (code.startsWith("Key")) return code.slice(3);
  if (code.startsWith("Digit")) return code.slice(5);
  if (code.startsWith("Numpad")) return `Num ${code.slice(6)}`;
  return code;
}

export function keysInWords(codes: readonly string[]): string {
  return codes.length === 0 ? "no key" : codes.map(keyInWords).join(", ");
}
