/** The fleet's port to the matches of one simulated process: server/compose/fleet-ports.ts without Colyseus. */
import type { Store } from "../../server/durability/store.ts";
import type { HostedMatch } from "../../server/fleet/node-registry.ts";
import type { Clock, MatchCatalogue, Matches, TakeoverOutcome } from "../../server/fleet/ports.ts";
import type { MatchHost } from "../../server/match/host.ts";
import type { LiveMatch } from "../../server/match/live-match.ts";
import { aboutOf } from "../../server/match/versions.ts";
import type { OutFrame } from "./body.ts";

export interface NodeMatchesParts {
  readonly host: MatchHost<OutFrame>;
  readonly store: Store;
  readonly later: Clock["later"];
  /** Gives a restored match its body. */
  readonly openRoom: (live: LiveMatch<OutFrame>) => void;
  /** A match is about to be taken here. */
  readonly onTake: (id: string) => void;
  readonly happens: (what: string) => void;
}

export function catalogueOf(store: Store): MatchCatalogue {
  return {
    running: async () =>
      (await store.list())
        .filter(({ state }) => state === "running")
        .map((entry) => {
          const { game, version, formats = {} } = aboutOf(entry);
          return { id: entry.id, epoch: entry.epoch, node: entry.node, game, version, formats };
        }),
  };
}

export function matchesOf({ host, store, later, openRoom, onTake, happens }: NodeMatchesParts): Matches {
  const live = (id: string) => host.all().find((hosted) => hosted.live.id === id)?.live;
  return {
    hosts: (id) => host.hosts(id),
    hosted: () =>
      host
        .withRoom()
        .filter((hosted) => isRunning(hosted.live))
        .map((hosted): HostedMatch => {
          const { match, epoch, id, lifecycle } = hosted.live;
          const { name, version, seats } = match.game;
          return {
            ...{ id, game: name, version, epoch, tick: match.tick, startedAtMs: hosted.startedAtMs },
            players: match.state.seats.filter(({ droppedAt }) => droppedAt === undefined).length,
            seatsTaken: match.seatsTaken,
            seatsMax: seats.max,
            open: lifecycle === "running" && match.seatsTaken < seats.max,
          };
        }),
    takeOver: async ({ id, epoch }): Promise<TakeoverOutcome> => {
      onTake(id);
      const entry = await store.find(id);
      if (entry === undefined || entry.epoch !== epoch) return { kind: "lost-race" };
      const outcome = await host.restoreOne(entry);
      const restored = outcome.kind === "restored" ? host.take(id) : undefined;
      if (restored !== undefined) openRoom(restored);
      return outcome;
    },
    freeze: async (id, msMax) => {
      const found = live(id);
      if (found === undefined) return undefined;
      happens(`freezes ${id} at tick ${found.match.tick}`);
      const tooLong = new Promise<"too-long">((resolve) => later(msMax, () => resolve("too-long")));
      const kept = found.handOver().then(
        () => "kept" as const,
        () => "failed" as const,
      );
      return (await Promise.race([kept, tooLong])) === "kept" ? { epoch: found.epoch } : undefined;
    },
    resume: (id) => {
      happens(`goes on with ${id}`);
      live(id)?.resume();
    },
    movedAway: (id) => live(id)?.giveUp(),
    lostOwnership: () => {
      for (const { live: each } of host.all()) each.fence();
    },
  };
}

export function isRunning({ lifecycle }: LiveMatch<OutFrame>): boolean {
  return lifecycle === "running" || lifecycle === "finishing";
}
