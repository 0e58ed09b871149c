/**
 * The example game `hands`: its rules, that a match survives a crash at any tick, and that nothing of another hand or of
 * the deck is in any byte that a player is sent, with the server's own encoders.
 */
import { describe, expect, it } from "vitest";
import { Chance } from "../../shared/game/deterministic/chance.ts";
import type { Plain, Viewer } from "../../shared/game/game.ts";
import { type HandsWorld, hands } from "../../shared/games/hands/game.ts";
import { type Play, play } from "../../testkit/play.ts";
import { playAtRandom } from "../../testkit/random-play.ts";
import { Onlooker, Showing } from "../room/viewing.ts";

type HandsPlay = Play<typeof hands>;

function started(options: object = {}, players = 2): HandsPlay {
  const match = play(hands, { options });
  for (let count = 0; count < players; count++) match.join(`player ${count}`);
  match.tick();
  match.pass(2000);
  expect(match.world.phase).toBe("playing");
  return match;
}

/** One step of the game's own brain for every player. */
function think(match: HandsPlay, chance: Chance): void {
  for (const seat of match.seats) {
    const own = hands.view.own!.of(match.world, seat);
    const { command } = hands.brain!({ seat, view: match.seen, own, inSight: {}, chance });
    if (command !== undefined) match.command(seat, command.name, command.payload);
  }
}

describe("hands", () => {
  it("[P1] whose turn it is not, and who lacks that card, is refused", () => {
    const match = started();
    const turn = match.world.turn!;
    const other = 1 - turn;
    match.command(other, "draw");
    match.command(turn, "play", { card: match.world.hands[other]!.cards[0] });
    match.command(turn, "draw");
    match.command(turn, "draw");
    const deck = match.world.deck.at(-1)!;
    expect(match.tick()).toEqual([
      { ok: false, reason: "it is not your turn" },
      { ok: false, reason: "you do not have this card" },
      { ok: true, data: { drew: deck } },
      { ok: false, reason: "it is not your turn" },
    ]);
    expect(match.world.hands[turn]!.cards).toContain(deck);
    match.verify();
  });

  it("a turn that takes too long is a draw, and the next one has the turn", () => {
    const match = started({ turnSeconds: 1 });
    const turn = match.world.turn!;
    match.pass(999);
    match.tick();
    expect(match.world.turn).toBe(turn);
    match.pass(1);
    expect(match.world.turn).toBe(1 - turn);
    expect(match.world.hands[turn]!.cards.length).toBe(6);
  });

  it("[P4.9] [P6.14] turns of days are over when they are, with a step for each and none between", () => {
    const match = started({ turnSeconds: 3 * 86_400 }, 3);
    const turns: unknown[] = [];
    const before = match.tickNumber;
    for (let days = 0; days < 9; days += 3) {
      turns.push(match.world.turn);
      match.pass(3 * 86_400_000);
    }
    expect(new Set(turns)).toEqual(new Set([0, 1, 2]));
    expect(match.tickNumber - before).toBe(3);
    match.verify();
  });

  it("[P4] [P7] bots play it to its end, and a crash at any tick changes nothing", () => {
    for (const seed of [1, 3]) {
      const chance = new Chance({ random: seed });
      const match = started({ turnSeconds: 2 }, 2 * seed);
      for (let tick = 0; tick < 4000 && match.outcome === undefined; tick++) {
        think(match, chance);
        match.tick();
        match.pass(100);
        const { deck, pile, hands: all } = match.world;
        const cards = [...deck, ...pile, ...Object.values(all).flatMap((hand) => hand.cards)];
        expect(new Set(cards).size).toBe(52);
        expect(cards.length).toBe(52);
      }
      const outcome = match.outcome!;
      expect(outcome.ranking.flat().sort()).toEqual(match.seats);
      expect(outcome.players[0]!.numbers.cards).toBeLessThanOrEqual(outcome.players[1]!.numbers.cards!);
      match.verify();
    }
  });

  it("[P4] whichever players come and go, whatever they ask for, a crash at any tick changes nothing", () => {
    for (let seed = 1; seed <= 5; seed++)
      playAtRandom(hands, {
        ...{ seed, ticks: 150, options: { turnSeconds: 1, cards: 2 } },
        command: (below) =>
          below(3) === 0 ? (below(2) === 0 ? ["draw", {}] : ["play", { card: below(52) }]) : undefined,
      }).verify();
  });
});

/** The same World to this viewer: what they must not see is in other places. */
function otherwise(world: HandsWorld, viewer: Viewer, chance: Chance): HandsWorld {
  const other = structuredClone(world);
  const lists = Object.entries(other.hands).flatMap(([seat, { cards }]) =>
    seat === String(viewer) ? [] : [cards],
  );
  const hidden = chance.shuffled([...other.deck, ...lists.flat()]);
  for (const cards of [other.deck, ...lists])
    cards.splice(0, cards.length, ...hidden.splice(0, cards.length));
  return other;
}

/** A match with three players and a watcher, of whom one hangs up, with a crash in the middle. */
class Watched {
  readonly onlookers = ([0, 1, 2, "spectator"] as const).map((viewer) => new Onlooker(viewer));
  #showing: Showing | undefined;

  show(world: HandsWorld, tick: number): void {
    if (this.#showing === undefined || tick === 120) {
      const kept = this.#showing?.kept ?? { world, refsReserved: 0 };
      this.#showing = new Showing(hands, kept);
      for (const onlooker of this.onlookers) this.#showing.join(onlooker);
    }
    if (tick === 50) this.#showing.hangUp(this.onlookers[1]!);
    if (tick === 80) this.#showing.join(this.onlookers[1]!);
    this.#showing.tick(world);
    this.#showing.patch();
  }

  bytesOf(viewer: Viewer): Buffer {
    return Buffer.concat(this.onlookers.find((each) => each.viewer === viewer)!.bytes);
  }
}

describe("what players of hands are sent", () => {
  it("[P1.12] every byte is the same whatever the deck and the hands of others hold", () => {
    const match = started({ turnSeconds: 2 }, 3);
    const chance = new Chance({ random: 9 });
    const real = new Watched();
    const others = ([0, 1, 2, "spectator"] as const).map((viewer) => ({ viewer, watched: new Watched() }));
    for (let tick = 0; tick < 200 && match.outcome === undefined; tick++) {
      real.show(structuredClone(match.world), tick);
      for (const { viewer, watched } of others) watched.show(otherwise(match.world, viewer, chance), tick);
      for (const { viewer, state } of real.onlookers) {
        if (tick >= 50 && tick < 80 && viewer === 1) continue;
        const { own } = state as unknown as { own: never };
        expect(hands.view.own!.read(own)).toEqual(hands.view.own!.of(match.world, viewer) as Plain);
      }
      think(match, chance);
      match.tick();
      match.pass(100);
    }
    expect(match.tickNumber).toBeGreaterThan(160);
    for (const { viewer, watched } of others) {
      expect(real.bytesOf(viewer).length).toBeGreaterThan(500);
      expect(watched.bytesOf(viewer).equals(real.bytesOf(viewer))).toBe(true);
    }
    // The comparison finds what differs: somebody else's bytes do.
    expect(others[0]!.watched.bytesOf(1).equals(real.bytesOf(1))).toBe(false);
  });
});
