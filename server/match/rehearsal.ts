/**
 * Plays a made-up match of a game, journals it and takes it over, so that the code for it is compiled before a player
 * waits for it. It needs a store of its own, and decides nothing: what fails in it is for real matches to tell.
 */
import { nextUint32, type RandomState } from "../../shared/game/deterministic/random.ts";
import type { AnyGame, InputField, Seat } from "../../shared/game/game.ts";
import { frameRecord } from "../durability/format.ts";
import type { Store } from "../durability/store.ts";
import { isByEvents } from "./match-time.ts";
import { type MatchRecord, recordCodec } from "./record.ts";
import { packSnapshot } from "./snapshot-codec.ts";
import { applyRecord, type MatchState, newMatchState } from "./state.ts";
import { takeOver } from "./take-over.ts";
import type { About } from "./versions.ts";

const ticks = 120;
/** The rest of the ticks are played again by the restore. */
const snapshotTick = 20;
const playersMax = 8;
const tickMs = 33;

export interface RehearsalParts {
  /** Kept by nobody. */
  readonly store: Pick<Store, "create" | "append" | "snapshot" | "claim" | "load">;
  /** Called with every World. */
  readonly show: (world: object) => void;
}

/** @param seed of the match, and part of its id. @throws whatever the game throws, when nobody plays it */
export async function rehearse(game: AnyGame, seed: number, { store, show }: RehearsalParts): Promise<void> {
  const options = game.options.parse({});
  const about: About = { game: game.name, version: game.version, seed, options };
  const id = `rehearsal-${seed}`;
  const entry = await store.create({ id, node: "rehearsal", about: JSON.stringify(about) });
  const { epoch } = entry;
  const codec = recordCodec<never>(game.input as never);
  const state = newMatchState(game, seed, options);
  const random = { random: seed };
  while (state.tick < ticks && game.outcome(state.world) === undefined) {
    const payload = codec.encode(recordOf(game, state, random) as MatchRecord<never>);
    applyRecord(game, state, codec.decode(payload));
    const { tick } = state;
    await store.append([{ id, epoch, tick, bytes: frameRecord({ epoch, tick, payload }) }]);
    show(state.world);
    if (tick === snapshotTick)
      await store.snapshot({ id, epoch, tick, bytes: packSnapshot({ epoch, state, version: game.version }) });
  }
  await takeOver({ node: "rehearsal", games: [game], store, log: () => {} }, entry);
}

/** All join at once; then each sends any input that the game allows. */
function recordOf(game: AnyGame, { tick, nowMs = 0 }: MatchState, random: RandomState): MatchRecord<object> {
  const seats: Seat[] = Array.from({ length: Math.min(game.seats.max, playersMax) }, (_, seat) => seat);
  const now = isByEvents(game) ? { now: nowMs + tickMs } : {};
  if (tick === 0) return { inputs: [], events: { ...now, joins: seats.map(joinOf) } };
  const fields = Object.entries(game.input as Record<string, InputField>);
  const inputOf = () =>
    Object.fromEntries(
      fields.map(([name, { min, max }]) => [
        name,
        name === "seq" ? tick : min + (nextUint32(random) % (max - min + 1)),
      ]),
    );
  return {
    inputs: fields.length === 0 ? [] : seats.map((seat) => ({ seat, inputs: [inputOf()] })),
    ...(isByEvents(game) && { events: now }),
  };
}

const joinOf = (seat: Seat) => ({
  ...{ seat, sessionId: `rehearsal-${seat}`, userId: `user-${seat}` },
  ...{ name: `player ${seat}`, token: `token-${seat}` },
});
