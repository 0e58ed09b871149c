/**
 * Short sounds, made of oscillators: no files to load. Silent until the player has touched the page, as browsers demand, and
 * while they are switched off, which the device remembers.
 */
import type { Happening } from "./happenings.ts";
import { kept } from "./kept.ts";

interface Tone {
  readonly wave: OscillatorType;
  /** Hertz at the beginning and at the end. */
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
  /** 1 is as loud as it gets. */
  readonly loud: number;
}

const tones: Readonly<Record<Happening["kind"] | "rail", Tone>> = {
  shot: { wave: "square", from: 720, to: 240, seconds: 0.07, loud: 0.12 },
  rail: { wave: "sawtooth", from: 1400, to: 90, seconds: 0.28, loud: 0.2 },
  hit: { wave: "triangle", from: 1250, to: 1500, seconds: 0.06, loud: 0.35 },
  kill: { wave: "triangle", from: 660, to: 1320, seconds: 0.25, loud: 0.4 },
  hurt: { wave: "sawtooth", from: 170, to: 80, seconds: 0.13, loud: 0.3 },
  death: { wave: "sawtooth", from: 300, to: 45, seconds: 0.6, loud: 0.35 },
  spawn: { wave: "sine", from: 330, to: 660, seconds: 0.2, loud: 0.25 },
  pickup: { wave: "sine", from: 880, to: 1320, seconds: 0.15, loud: 0.3 },
};
const loudest = 0.5;

const keptSound = kept(
  localStorage,
  "holdfast-sound",
  (value): value is boolean => typeof value === "boolean",
);

export class Sounds {
  #audio: AudioContext | undefined;
  #isOn = keptSound.get() ?? true;

  get isOn(): boolean {
    return this.#isOn;
  }

  switch(isOn = !this.#isOn): void {
    this.#isOn = isOn;
    keptSound.set(this.#isOn);
  }

  /** From 0 to 1. */
  loudness = 1;

  /** To be called when the player touches the page: a context that was made earlier stands still, and sleeps again in the background. */
  touched(): void {
    if (!this.#isOn || this.loudness === 0) return;
    this.#audio ??= new AudioContext();
    if (this.#audio.state !== "running") this.#audio.resume().catch(() => undefined);
  }

  play(happening: Happening): void {
    if (!this.#isOn || this.loudness === 0 || !navigator.userActivation.hasBeenActive) return;
    this.touched();
    if (this.#audio === undefined) return;
    const isRail = happening.kind === "shot" && happening.weapon === "rail";
    this.#sound(this.#audio, tones[isRail ? "rail" : happening.kind]);
  }

  close(): void {
    void this.#audio?.close();
  }

  #sound(audio: AudioContext, { wave, from, to, seconds, loud }: Tone): void {
    const [startAt, endAt] = [audio.currentTime, audio.currentTime + seconds];
    const oscillator = new OscillatorNode(audio, { type: wave, frequency: from });
    oscillator.frequency.exponentialRampToValueAtTime(to, endAt);
    const gain = new GainNode(audio, { gain: loud * loudest * this.loudness });
    gain.gain.exponentialRampToValueAtTime(0.001, endAt);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(startAt);
    oscillator.stop(endAt);
  }
}
