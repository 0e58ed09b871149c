/**
 * What `npm run replay` does: plays a stored match again, tick by tick, from a data directory, a fleet's Redis (it only
 * reads, also beside a running server) or an exported file. It ends no process and reads no command line.
 */

import { readFile, writeFile } from "node:fs/promises";
import { readExport, writeExport } from "../../server/durability/export-format.ts";
import type { History } from "../../server/durability/history.ts";
import type { Store, StoredMatch } from "../../server/durability/store.ts";
import { loadGames } from "../../server/games.ts";
import { withoutTokens } from "../../server/match/redact.ts";
import { type ReplayedTick, replay, replayable } from "../../server/match/replay.ts";
import { RestoreError } from "../../server/match/restore-error.ts";
import { type About, aboutOf } from "../../server/match/versions.ts";
import { printable } from "../../server/ops/printable.ts";
import { StoreError } from "../../server/store-error.ts";
import { exitCodes } from "../../shared/command-line/exit-codes.ts";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { type ErrorCode, errorEntry } from "../../shared/wire/errors.ts";
import type { MatchSource, ReplayRequest, Source } from "./arguments.ts";
import { listLine, Players, problemsOf, type ReplayReport, reportText, traceLine } from "./report.ts";
import type { RoomHistory } from "./room-trace.ts";

/** A match with all that its replay needs. */
interface FoundMatch {
  readonly stored: StoredMatch;
  readonly game: AnyGame;
  readonly about: About;
  readonly history: History;
}

/** A durable room with what its records say. */
interface StoredRoom {
  readonly stored: StoredMatch;
  readonly history: RoomHistory;
}

/** A refusal of the tool; it has a `code` where errors.ts says what to do. */
class ReplayError extends Error {
  readonly exit: number;
  readonly code: ErrorCode | undefined;
  constructor(message: string, { exit = exitCodes.failed, code }: { exit?: number; code?: ErrorCode } = {}) {
    super(message);
    this.exit = exit;
    this.code = code;
  }
}

/** Where its words go. */
export type ReplayOut = Pick<Console, "log" | "error">;

/** Made printable, because it contains names and texts of players. */
const say = (out: ReplayOut, text: string) => out.log(printable(text, { lines: true }));

/** @returns the exit status; 1 when it failed, or found something wrong */
export function replayCommand(
  request: ReplayRequest,
  games: string | undefined,
  out: ReplayOut,
): Promise<number> {
  return run(request, games, out).catch((error) => explain(error, out));
}

async function run(request: ReplayRequest, from = "built-in", out: ReplayOut): Promise<number> {
  const find = async (source: Source) => found(await load(source), await loadGames(from));
  switch (request.kind) {
    case "list":
      return list(request, request.traces ? await loadGames(from) : [], out);
    case "export":
      return exportMatch(await find(request.source), request.to, out);
    case "trace":
      return traced(await load(request.source), await loadGames(from), out);
    case "show": {
      const [stored, games] = [await load(request.source), await loadGames(from)];
      const room = await roomOf(stored, games);
      return room === undefined ? show(found(stored, games), request, out) : showRoom(room, request, out);
    }
  }
}

/** With traces: each match has its own behind its line, also when the one before it cannot be replayed. */
async function list(
  request: Extract<ReplayRequest, { kind: "list" }>,
  games: readonly AnyGame[],
  out: ReplayOut,
): Promise<number> {
  return withStore(request, async (store) => {
    let status: number = exitCodes.ok;
    for (const entry of await store.list()) {
      say(out, listLine(entry));
      if (!request.traces || entry.state === "set-aside") continue;
      const its = await store
        .load(entry.id)
        .then((stored) => traced(stored, games, out))
        .catch((error) => explain(error, out));
      status = Math.max(status, its);
    }
    return status;
  });
}

async function exportMatch({ stored, game }: FoundMatch, to: string, out: ReplayOut): Promise<number> {
  const bytes = writeExport(withoutTokens(game, stored));
  await writeFile(to, bytes, { flag: "wx" });
  say(out, `match ${stored.entry.id}: ${bytes.length} bytes written to ${to}`);
  return 0;
}

async function traced(stored: StoredMatch, games: readonly AnyGame[], out: ReplayOut): Promise<number> {
  const room = await roomOf(stored, games);
  return room === undefined ? trace(found(stored, games), out) : traceRoom(room, (line) => say(out, line));
}

/** Undefined: it is a match of a game. Loads the parts of Colyseus, where it may be none. */
async function roomOf(stored: StoredMatch, games: readonly AnyGame[]): Promise<StoredRoom | undefined> {
  if (games.some(({ name }) => name === aboutOf(stored.entry).game)) return undefined;
  const { roomHistory } = await import("./room-trace.ts");
  const history = roomHistory(stored);
  return history && { stored, history };
}

async function traceRoom({ stored, history }: StoredRoom, line: (text: string) => void): Promise<number> {
  const { roomMoments } = await import("./room-trace.ts");
  for (const moment of roomMoments(history)) line(JSON.stringify(moment));
  const { firstTick, lastTick, refusal } = history;
  const problems = refusal === undefined ? [] : [refusal];
  line(JSON.stringify({ match: stored.entry.id, firstTick, lastTick, problems }));
  return problems.length === 0 ? 0 : exitCodes.failed;
}

async function showRoom(
  { stored, history }: StoredRoom,
  { atTick, verify, json }: Extract<ReplayRequest, { kind: "show" }>,
  out: ReplayOut,
): Promise<number> {
  const { entry } = stored;
  if (verify)
    throw new ReplayError(`match ${entry.id} is a durable room: nothing of it is played again`, {
      exit: exitCodes.badUsage,
    });
  const { roomStateAt } = await import("./room-trace.ts");
  const { firstTick, lastTick, refusal } = history;
  const at = atTick ?? lastTick;
  assertTick(entry.id, at, history);
  const shown = { match: entry.id, room: aboutOf(entry).game, state: entry.state, firstTick, lastTick };
  const moment = roomStateAt(history, at);
  const problems = refusal === undefined ? [] : [refusal];
  say(
    out,
    JSON.stringify({ ...shown, tick: at, problems, shown: moment?.state ?? null }, null, json ? 0 : 2),
  );
  return 0;
}

function assertTick(id: string, tick: number, { firstTick, lastTick }: History): void {
  if (tick >= firstTick && tick <= lastTick) return;
  throw new ReplayError(`--at ${tick}: match ${id} has ticks ${firstTick} to ${lastTick}`, {
    exit: exitCodes.badUsage,
  });
}

function trace({ stored, game, about, history }: FoundMatch, out: ReplayOut): number {
  const epochs = new Map(
    [history.start, ...history.records].map((each) => [each?.tick ?? 0, each?.epoch ?? 1]),
  );
  const onTick = (tick: ReplayedTick) => say(out, traceLine(game, tick, epochs.get(tick.state.tick)));
  const result = replay({ game, about, history, onTick });
  const { entry } = stored;
  const problems = problemsOf(game, { entry, history }, result);
  const verified = problems.length === 0;
  const { world, tick } = result.state;
  const { firstTick } = history;
  const outcome = game.outcome(world);
  const last = {
    match: stored.entry.id,
    firstTick,
    lastTick: tick,
    hash: hashPlain(world),
    verified,
    outcome,
  };
  say(out, JSON.stringify(verified ? last : { ...last, problems }));
  return verified ? 0 : exitCodes.failed;
}

function show(found: FoundMatch, request: Extract<ReplayRequest, { kind: "show" }>, out: ReplayOut): number {
  const report = reportOf(found, request);
  const withWorld = !request.verify || request.atTick !== undefined;
  say(out, request.json ? JSON.stringify(report) : reportText(report, withWorld));
  return report.verified === false ? exitCodes.failed : 0;
}

function reportOf(
  found: FoundMatch,
  { atTick, verify }: { atTick: number | undefined; verify: boolean },
): ReplayReport {
  const { stored, game, about, history } = found;
  const { entry } = stored;
  const { firstTick, lastTick } = history;
  if (atTick !== undefined) assertTick(entry.id, atTick, history);
  const players = new Players();
  const startedMs = performance.now();
  const whole = replay({ game, about, history, onTick: (tick) => players.see(tick) });
  const seconds = (performance.now() - startedMs) / 1000;
  const ticks = whole.state.tick - firstTick;
  const { state } = atTick === undefined ? whole : replay({ game, about, history, untilTick: atTick });
  const outcome = game.outcome(whole.state.world);
  const problems = problemsOf(game, { entry, history }, whole);
  return {
    match: entry.id,
    game: game.name,
    state: entry.state,
    createdAt: new Date(entry.createdAtMs).toISOString(),
    ...(entry.endedAtMs === undefined ? {} : { endedAt: new Date(entry.endedAtMs).toISOString() }),
    firstTick,
    lastTick,
    players: players.all,
    ...(outcome === undefined ? {} : { outcome }),
    problems,
    notes: history.notes,
    checked: whole.checked,
    ...(verify ? { verified: problems.length === 0 } : {}),
    replay: { ticks, seconds, timesRealTime: ticks / seconds / game.tickRate },
    tick: state.tick,
    hash: hashPlain(state.world),
    world: state.world,
  };
}

function found(stored: StoredMatch, games: readonly AnyGame[]): FoundMatch {
  const about = aboutOf(stored.entry);
  const game = games.find(({ name }) => name === about.game);
  if (game === undefined)
    throw new ReplayError(
      `match ${stored.entry.id}: there is no game "${about.game}" here; --games names yours`,
    );
  return { stored, game, about, history: replayable(stored, about, game) };
}

async function load(source: Source): Promise<StoredMatch> {
  if (!("file" in source)) return withStore(source, (store) => store.load(source.matchId));
  const read = readExport(await readFile(source.file));
  if (!read.ok)
    throw new ReplayError(`${source.file} cannot be replayed: ${read.reason}`, { code: read.code });
  return read.stored;
}

async function withStore<Result>(
  place: MatchSource,
  use: (store: Store) => Promise<Result>,
): Promise<Result> {
  const store = await openPlace(place);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Opens it for reading; nothing is claimed. Loads the parts of that one kind of store. */
async function openPlace(place: MatchSource): Promise<Store> {
  if ("data" in place) {
    const { openEmbeddedStore } = await import("../../server/durability/stores/embedded.ts");
    return openEmbeddedStore({ path: place.data, level: "process", readOnly: true });
  }
  const { openRedisStore } = await import("../../server/durability/stores/redis.ts");
  return openRedisStore({ url: place.redisUrl, prefix: place.redisPrefix, level: "process" });
}

function explain(error: Error, out: ReplayOut): number {
  const known = [StoreError, RestoreError, ReplayError].some((kind) => error instanceof kind);
  const code = known ? (error as { code?: string }).code : undefined;
  const advice = errorEntry(code)?.advice;
  const outside = error instanceof ReplayError || (error as NodeJS.ErrnoException).syscall !== undefined;
  if (advice !== undefined) out.error(`replay: ${error.message} (${code}: ${advice})`);
  else out.error(`replay: ${outside ? error.message : error.stack}`);
  return error instanceof ReplayError ? error.exit : exitCodes.failed;
}
