/** A View that is declared once: what every client holds is what `see` said, whatever happens to things and to clients. */
import fc from "fast-check";
import { test } from "vitest";
import { declaredView } from "../../../shared/game/view/declared-view.ts";
import { viewAndHistory } from "./arbitrary-view.ts";
import { failOnWarnings } from "./no-warnings.ts";
import { RoomOfClients } from "./room-of-clients.ts";

failOnWarnings();

const happening = fc.record({
  joinsBefore: fc.boolean(),
  /** Between the write and its patch. */
  joinsBetween: fc.boolean(),
  goesAway: fc.option(fc.nat(3)),
  comesBack: fc.option(fc.nat(3)),
  restored: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
});

test("[P4.8] [P5.3] all clients of any View hold what is seen: joined, away, returned, restored at any moment", () => {
  const plot = fc.array(happening, { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(viewAndHistory, plot, ({ fields, first, history }, happenings) => {
      const declared = declaredView("any", fields, (world: never) => world);
      const room = new RoomOfClients(declared, first);
      room.join();
      room.check();
      for (const [at, seen] of history.entries()) {
        const { joinsBefore, joinsBetween, goesAway, comesBack, restored } = happenings[at]!;
        if (joinsBefore) room.join();
        if (restored) room.restore();
        const leaver = goesAway === null ? undefined : room.clients[goesAway];
        if (leaver !== undefined) leaver.here = false;
        room.write(seen);
        if (joinsBetween) room.join();
        room.patch();
        const returner = comesBack === null ? undefined : room.clients[comesBack];
        if (returner?.here === false) room.comeBack(returner);
        room.check();
      }
      for (const client of room.clients) if (!client.here) room.comeBack(client);
      room.check();
    }),
    { numRuns: 100 },
  );
});
