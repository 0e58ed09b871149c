/** What a player chose in the menu, kept on their device: keys, loudness, colours, motion. It applies nothing. */
import { kept, type StoredValue } from "../kept.ts";
import { type ColorChoice, colorChoices } from "../side-color.ts";
import { type KeyBindings, readBindings, usualBindings } from "./key-bindings.ts";

export interface Preferences {
  readonly keys: KeyBindings;
  /** From 0 to 1. */
  readonly loudness: number;
  readonly colors: ColorChoice;
  readonly lessMotion: boolean;
}

/** @param reducedMotion what the device asks for */
function readPreferences(stored: unknown, reducedMotion = false): Preferences {
  const given = typeof stored === "object" && stored !== null ? (stored as Record<string, unknown>) : {};
  const { keys, loudness, colors, lessMotion } = given;
  const isLoudness = typeof loudness === "number" && loudness >= 0 && loudness <= 1;
  return {
    keys: keys === undefined ? usualBindings : readBindings(keys),
    loudness: isLoudness ? loudness : 1,
    colors: colorChoices.includes(colors as ColorChoice) ? (colors as ColorChoice) : "usual",
    lessMotion: typeof lessMotion === "boolean" ? lessMotion : reducedMotion,
  };
}

/** What was chosen on this device. */
export class OwnPreferences {
  readonly #stored: StoredValue<unknown> = kept(
    localStorage,
    "holdfast-preferences",
    (value): value is unknown => value !== null,
  );
  #now = readPreferences(this.#stored.get(), matchMedia("(prefers-reduced-motion: reduce)").matches);
  readonly #onChange: (preferences: Preferences) => void;

  constructor(onChange: (preferences: Preferences) => void) {
    this.#onChange = onChange;
    onChange(this.#now);
  }

  get now(): Preferences {
    return this.#now;
  }

  change(changes: Partial<Preferences>): void {
    this.#now = { ...this.#now, ...changes };
    this.#stored.set(this.#now);
    this.#onChange(this.#now);
  }
}
