/**
 * What one viewer alone sees, declared once: with the real View of a room, everybody holds what all see and their own
 * part, whichever players come, go and come back, also to a restored process.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { hashPlain } from "../../../shared/game/deterministic/hash.ts";
import type { OwnView, Viewer } from "../../../shared/game/game.ts";
import { declaredView } from "../../../shared/game/view/declared-view.ts";
import { declaredOwn } from "../../../shared/game/view/viewer-parts.ts";
import { Onlooker, Showing } from "../../room/viewing.ts";
import { viewWithOwnAndHistory } from "./arbitrary-view.ts";
import { failOnWarnings } from "./no-warnings.ts";

failOnWarnings();

interface Seen {
  readonly all: never;
  readonly own: Readonly<Record<string, never>>;
}

const step = fc.record({
  come: fc.option(fc.nat(3)),
  go: fc.option(fc.nat(3)),
  crash: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
});

test("[P4.8] [P5.3] everybody holds what all see and their own part of any declared View", () => {
  const plot = fc.array(step, { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(viewWithOwnAndHistory, plot, ({ fields, ownFields, history }, steps) => {
      const see = (world: Seen, viewer: Viewer) => world.own[viewer]!;
      const own = declaredOwn("any", { fields: ownFields, see });
      const view = declaredView("any", fields, (world: Seen) => world.all, { own });
      const game = { view, seats: { min: 1, max: 2 }, tickRate: 20, patchRate: 20 } as never;
      const people = [0, 1, "spectator", 0].map((viewer) => new Onlooker(viewer as Viewer));
      let showing = new Showing(game, { world: history[0], refsReserved: 0 });
      showing.tick(history[0]);
      showing.join(people[0]!);
      for (const [at, seen] of history.entries()) {
        const { come, go, crash } = steps[at]!;
        if (crash) {
          const there = people.filter((one) => showing.has(one));
          showing = new Showing(game, showing.kept);
          for (const one of there) showing.join(one);
        }
        if (come !== null && !showing.has(people[come]!)) showing.join(people[come]!);
        if (go !== null) showing.hangUp(people[go]!);
        showing.tick(seen);
        showing.patch();
        for (const one of people) if (showing.has(one)) check(view, one, seen as unknown as Seen);
      }
    }),
    { numRuns: 60 },
  );
});

function check(
  view: { of(world: Seen): unknown; read(state: never): unknown; readonly own?: OwnView<Seen> },
  { state, viewer }: Onlooker,
  seen: Seen,
): void {
  const { own } = view;
  const held = [view.read(state as never), own!.read((state as unknown as { own: never }).own)];
  const expected = [view.of(seen), own!.of(seen, viewer)];
  if (hashPlain(held) !== hashPlain(expected)) expect(JSON.stringify(held)).toBe(JSON.stringify(expected));
}
