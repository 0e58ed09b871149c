/**
 * A match on the screen, from the first View to the result. It joins the connection, the controls, the moving
 * players, the picture and the HUD. Owns the two loops: inputs at the game's rate, frames at the screen's.
 */
import { CommandError } from "../shared/client/command-outbox.ts";
import type { MatchConnection } from "../shared/client/follow-match.ts";
import { steadyInputs } from "../shared/client/steady-inputs.ts";
import type { ArenaInput } from "../shared/games/arena/input.ts";
import { arenaMap } from "../shared/games/arena/map.ts";
import type { Seen } from "../shared/games/arena/seen.ts";
import { readView } from "../shared/games/arena/view-reading.ts";
import type { ArenaView } from "../shared/games/arena/view-schema.ts";
import { closeCodes } from "../shared/wire/errors/close-codes.ts";
import { Controls } from "./controls.ts";
import { element } from "./element.ts";
import { codeInWords, inWords } from "./errors-in-words.ts";
import { happenings } from "./happenings.ts";
import type { Situation } from "./hud/banner.ts";
import { Hud } from "./hud/hud.ts";
import { ResultScreen } from "./hud/result-screen.ts";
import { leftInWords } from "./left-in-words.ts";
import { Menu } from "./menu/menu.ts";
import { OwnPreferences, type Preferences } from "./menu/preferences.ts";
import { MovingPlayers } from "./moving-players.ts";
import { olderThanServer } from "./newer-page.ts";
import { ArenaPicture } from "./picture/arena-picture.ts";
import { chooseColors } from "./side-color.ts";
import { Sounds } from "./sounds.ts";

export type ArenaConnection = MatchConnection<ArenaInput, ArenaView>;

/** What comes after the match: the next one, or the start page with a message. */
export type MatchEnd = { readonly next: "again" } | { readonly next: "home"; readonly message: string };

const leftEarly = "You left a rated match: for your rating it counts as the last place.";
const leavesEarly = "This match is rated. If you leave now, it counts as the last place for your rating.";

/**
 * @param rating makes the result's line about the own rating; given for rated matches
 * @throws when the browser cannot draw
 */
export async function showMatch(
  host: HTMLElement,
  connection: ArenaConnection,
  rating?: () => HTMLElement,
): Promise<MatchEnd> {
  const stage = element("div", { class: "stage" });
  host.replaceChildren(stage);
  const picture = await ArenaPicture.open(stage);
  const screen = new MatchScreen({ host: stage, picture, connection, rating });
  try {
    return await screen.ended;
  } finally {
    screen.close();
  }
}

interface MatchScreenParts {
  readonly host: HTMLElement;
  readonly picture: ArenaPicture;
  readonly connection: ArenaConnection;
  readonly rating: (() => HTMLElement) | undefined;
}

class MatchScreen {
  /** Resolves when the player goes on, or when the match is gone. */
  readonly ended: Promise<MatchEnd>;
  readonly #host: HTMLElement;
  readonly #picture: ArenaPicture;
  readonly #connection: ArenaConnection;
  readonly #selfSeat: number | undefined;
  readonly #players: MovingPlayers;
  readonly #controls: Controls;
  readonly #hud: Hud;
  readonly #sounds = new Sounds();
  readonly #menu: Menu;
  readonly #preferences = new OwnPreferences((chosen) => this.#prefer(chosen));
  readonly #end: (end: MatchEnd) => void;
  readonly #stops: (() => void)[] = [];
  #seen: Seen = readView({});
  #notice: string | undefined;
  /** Why the server ended the match. */
  #stopped: string | undefined;
  #back: Situation["back"];
  #lastPatchAtMs = performance.now();
  #frame = 0;
  #result: ResultScreen | undefined;
  readonly #rating: MatchScreenParts["rating"];
  #ratingLine: HTMLElement | undefined;

  constructor({ host, picture, connection, rating }: MatchScreenParts) {
    this.#host = host;
    this.#rating = rating;
    this.#picture = picture;
    this.#connection = connection;
    const { seat } = connection.welcome;
    this.#selfSeat = seat === "spectator" ? undefined : seat;
    this.#players = new MovingPlayers(this.#selfSeat);
    const { promise, resolve } = Promise.withResolvers<MatchEnd>();
    this.ended = promise;
    this.#end = resolve;
    const chooseWeapon = (weapon: "blaster" | "rail") => void this.#command("choose-weapon", { weapon });
    this.#hud = new Hud({
      say: (text) => this.#command("chat", { text }),
      chooseWeapon,
      sounds: this.#sounds,
      leave: () => (this.#costOfLeaving() === undefined ? this.#leave() : this.#menu.open()),
      openMenu: () => this.#menu.open(),
    });
    this.#menu = new Menu({
      preferences: this.#preferences,
      costOfLeaving: () => this.#costOfLeaving(),
      leave: () => this.#leave(),
      switchSoundOn: () => this.#sounds.switch(true),
    });
    this.#controls = new Controls(host, {
      chooseWeapon,
      openChat: () => this.#selfSeat !== undefined && this.#hud.chat.open(),
      showScores: (shown) => this.#hud.scoreboard.setWide(shown),
      openMenu: () => this.#menu.open(),
      keys: () => this.#preferences.now.keys,
    });
    host.append(this.#hud.root, this.#menu.root);
    this.#notice = connection.warning?.text;
    this.#follow();
    this.#probe();
    this.#patched();
    this.#frame = requestAnimationFrame((nowMs) => this.#draw(nowMs));
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    for (const stop of this.#stops) stop();
    this.#controls.stop();
    this.#sounds.close();
    this.#picture.close();
    void this.#connection.leave();
  }

  /** Undefined: nothing, or nothing any more. */
  #costOfLeaving(): string | undefined {
    return this.#rating && !this.#result && this.#selfSeat !== undefined ? leavesEarly : undefined;
  }

  #leave(): void {
    this.#end({ next: "home", message: this.#costOfLeaving() === undefined ? "" : leftEarly });
  }

  #prefer({ loudness, colors, lessMotion }: Preferences): void {
    this.#sounds.loudness = loudness;
    chooseColors(colors);
    Object.assign(document.documentElement.dataset, { colors, motion: lessMotion ? "less" : "usual" });
  }

  #follow(): void {
    const { onPatch, onState, onNotice } = this.#connection;
    const touched = () => this.#sounds.touched();
    for (const event of ["pointerdown", "keydown"] as const) {
      addEventListener(event, touched);
      this.#stops.push(() => removeEventListener(event, touched));
    }
    this.#stops.push(
      steadyInputs(this.#connection, (nowMs) => this.#sendInput(nowMs)),
      onPatch(() => this.#patched()),
      onState(() => this.#stateChanged()),
      onNotice((notice) => {
        const { kind, text } = notice;
        if (kind === "called-off")
          this.#end(notice.waitsAgain ? { next: "again" } : { next: "home", message: text });
        if (kind !== "over") this.#notice = kind === "resumed" || kind === "protected" ? undefined : text;
        if (kind === "match-stopped") this.#stopped = text;
      }),
    );
  }

  #patched(): void {
    const nowMs = performance.now();
    const before = this.#seen;
    this.#seen = readView(this.#connection.view);
    this.#feel(before, nowMs);
    this.#lastPatchAtMs = nowMs;
    this.#players.heard(this.#seen, this.#connection.acknowledged, nowMs);
    if (this.#seen.phase === "over" && !this.#result) this.#showResult();
  }

  /** What just happened to the own player is heard and marked, and felt on a device that can. */
  #feel(before: Seen, nowMs: number): void {
    if (this.#selfSeat === undefined) return;
    const isRapid = this.#seen.players[this.#selfSeat]?.rapid === true;
    for (const happening of happenings(before, this.#seen, this.#selfSeat)) {
      this.#sounds.play(happening);
      this.#picture.mark(happening, { nowMs, isRapid });
      this.#hud.happened(happening, nowMs);
      if (happening.kind === "hurt" || happening.kind === "death") navigator.vibrate?.(40);
    }
  }

  #stateChanged(): void {
    const { state } = this.#connection;
    // The last View may arrive before the outcome: the result is then drawn again with it. And when its players have
    // left, a match ends without a change of the View.
    if (state.kind === "over") this.#showResult();
    if (state.kind === "reconnecting") this.#lost();
    if (state.kind !== "left") return;
    if (state.code === closeCodes.consented && this.#result) return;
    const words = leftInWords(state);
    this.#end({ next: "home", message: words && (this.#stopped ?? words) });
  }

  /** Remembers the last View, to check after the reconnect that nothing in it was taken back. */
  #lost(): void {
    const before = this.#seen;
    const own = this.#players.self;
    this.#players.restart();
    // An earlier notice is about a server that is gone.
    this.#notice = undefined;
    const remove = this.#connection.onPatch(() => {
      if (this.#connection.state.kind === "reconnecting") return;
      remove();
      const now = this.#players.self;
      const isComplete = this.#seen.tick >= before.tick && (now?.score ?? 0) >= (own?.score ?? 0);
      // Another server may have answered, with another page.
      void olderThanServer().then((isOlder) => isOlder && this.#hud.offerReload(() => location.reload()));
      this.#back = {
        atMs: performance.now(),
        gapMs: this.#connection.metrics.gapsMs.at(-1) ?? 0,
        isComplete,
      };
    });
  }

  #sendInput(nowMs: number): void {
    // Nobody looks at it: the game shows its player as away.
    if (document.hidden) return;
    const own = this.#players.drawn(nowMs).find(({ isSelf }) => isSelf);
    if (!own) return;
    const wish = this.#controls.input(this.#picture.onScreen(own));
    const input = { ...wish, seen: wish.buttons === 0 ? 0 : this.#players.momentShown(nowMs) };
    const sent = this.#connection.sendInput(input);
    if (sent > 0) this.#players.step(sent, input, nowMs);
  }

  #draw(nowMs: number): void {
    const players = this.#players.drawn(nowMs);
    const own = players.find(({ isSelf }) => isSelf);
    const focus = own ?? (this.#selfSeat === undefined ? undefined : middleOfMap);
    this.#picture.draw({ seen: this.#seen, players, tick: this.#players.tick(nowMs), focus, nowMs });
    const places = players.filter(({ alive }) => alive).map((player) => this.#picture.onScreen(player));
    this.#hud.showThrough(places, nowMs);
    const { state, welcome } = this.#connection;
    const situation = {
      state: state.kind,
      awayMs: state.kind === "reconnecting" ? nowMs - state.sinceMs : 0,
      seatGraceMs: welcome.seatGraceMs,
      notice: this.#notice,
      lastPatchAtMs: this.#lastPatchAtMs,
      nowMs,
      back: this.#back,
    };
    const ackMs = this.#connection.metrics.ackMs.at(-1);
    this.#hud.show({ seen: this.#seen, selfSeat: this.#selfSeat, situation, ackMs });
    this.#frame = requestAnimationFrame((nextMs) => this.#draw(nextMs));
  }

  #showResult(): void {
    const { state } = this.#connection;
    const outcome = state.kind === "over" ? state.outcome : undefined;
    // The result may be drawn twice with the same line, which fills itself.
    this.#ratingLine ??= this.#rating?.();
    const result = { seen: this.#seen, outcome, selfSeat: this.#selfSeat, rating: this.#ratingLine };
    this.#result?.root.remove();
    this.#result = new ResultScreen(result, {
      again: () => this.#end({ next: "again" }),
      home: () => this.#end({ next: "home", message: "" }),
    });
    this.#host.append(this.#result.root);
  }

  /** @returns the reason if it was refused */
  async #command(name: string, payload: unknown): Promise<string | undefined> {
    try {
      const answer = await this.#connection.command(name, payload);
      return answer.ok ? undefined : `Not done: ${codeInWords(answer.reason)}`;
    } catch (error) {
      if (error instanceof CommandError) return inWords(error);
      throw error;
    }
  }

  /** Shows the state of the page to tests and in the console. */
  #probe(): void {
    const screen = this;
    window.__holdfast = {
      get state() {
        return screen.#connection.state.kind;
      },
      get tick() {
        return screen.#seen.tick;
      },
      get self() {
        return screen.#players.self;
      },
      get seen() {
        return screen.#seen;
      },
      get gaps() {
        return screen.#connection.metrics.gapsMs;
      },
      get ackMs() {
        return screen.#connection.metrics.ackMs;
      },
      get corrections() {
        return screen.#players.corrections;
      },
      seat: this.#selfSeat,
      matchId: this.#connection.matchId,
      renderer: this.#picture.renderer,
    };
  }
}

const middleOfMap = { x: arenaMap.width / 2, y: arenaMap.height / 2 };
