/** Implements the fleet's ports with this node's matches and its store. */
import { setTimeout as pause } from "node:timers/promises";
import type { MatchEntry, Store } from "../durability/store.ts";
import type { HostedMatch } from "../fleet/node-registry.ts";
import type { CatalogueMatch, MatchCatalogue, Matches, TakeoverOutcome } from "../fleet/ports.ts";
import type { About } from "../match/versions.ts";
import type { Log } from "../ops/log.ts";
import { hostedOf, seatsMaxOf } from "../room/reservation.ts";
import type { Woken } from "../room/waking.ts";
import type { MatchProcess } from "./match-process.ts";

export function catalogueOf(store: Store): MatchCatalogue {
  return {
    running: async () =>
      (await store.list("awake"))
        .filter(({ state }) => state === "running")
        .map(({ id, epoch, node, about }) => ({ id, epoch, node, ...gameOf(about) })),
  };
}

function outcomeOf(woken: Woken): TakeoverOutcome {
  if (woken.kind === "here") return { kind: "restored" };
  return woken.kind === "unknown" ? { kind: "lost-race" } : { kind: "left", reason: woken.why.detail };
}

/** The match of an entry, if it sleeps. */
export function asleepOf(entry: MatchEntry | undefined): CatalogueMatch | undefined {
  if (entry?.state !== "sleeping") return undefined;
  const { id, epoch, node, about } = entry;
  return { id, epoch, node, ...gameOf(about) };
}

/** A match whose entry cannot be read belongs to a game that no node has: it waits, and holds up no other match. */
function gameOf(about: string): Pick<CatalogueMatch, "game" | "version" | "formats"> {
  try {
    const { game, version, formats } = JSON.parse(about) as About;
    return { game, version, ...(formats !== undefined && { formats }) };
  } catch {
    return { game: "", version: 0 };
  }
}

export function matchesOf({ host, rooms, store, sleep }: MatchProcess, log: Log): Matches {
  const live = (id: string) => host.all().find((hosted) => hosted.live.id === id)?.live;
  return {
    hosts: (id) => host.hosts(id),
    hosted: () =>
      host
        .withRoom()
        .filter((hosted) => hosted.live.lifecycle !== "over" && hosted.live.lifecycle !== "stopped")
        .map((hosted): HostedMatch => {
          const { match, epoch, id, lifecycle } = hosted.live;
          const { name, version, seats, isRoom } = match.game;
          const seating = hostedOf(id)?.seating;
          const takesPlayers = isRoom
            ? seating?.takesPlayers === true
            : hosted.origin === undefined && match.seatsTaken < seats.max;
          return {
            ...{ id, game: name, version, epoch, tick: match.tick, startedAtMs: hosted.startedAtMs },
            players: match.state.seats.filter(({ droppedAt }) => droppedAt === undefined).length,
            seatsTaken: match.seatsTaken,
            seatsMax: seatsMaxOf(hosted),
            ...(hosted.origin !== undefined && { queue: hosted.origin.queue }),
            ...(seating?.isHidden && { hidden: true as const }),
            open: takesPlayers && lifecycle === "running" && match.outcome === undefined,
          };
        }),
    takeOver: async ({ id, epoch }): Promise<TakeoverOutcome> => {
      const entry = await store.find(id);
      if (entry === undefined || entry.epoch !== epoch) return { kind: "lost-race" };
      if (entry.state === "sleeping") return outcomeOf(await sleep.waking.wake(id));
      const outcome = await host.restoreOne(entry);
      if (outcome.kind === "set-aside") log.error({ match: id }, `set aside: ${outcome.reason}`);
      return outcome.kind === "restored" ? await rooms.openRoom(id) : outcome;
    },
    freeze: async (id, msMax) => {
      const found = live(id);
      if (found === undefined) return undefined;
      const enough = new AbortController();
      const tooLong = pause(msMax, false, { signal: enough.signal }).catch(() => false);
      const kept = found.handOver().then(
        () => true,
        () => false,
      );
      const isKept = await Promise.race([kept, tooLong]).finally(() => enough.abort());
      return isKept ? { epoch: found.epoch } : undefined;
    },
    resume: (id) => live(id)?.resume(),
    movedAway: (id) => live(id)?.giveUp(),
    lostOwnership: () => {
      for (const { live: each } of host.all()) each.fence();
    },
  };
}
