/**
 * Every fault of Redis times every kind of request, on real processes: while it lasts each answer is right or a
 * clear refusal, afterwards the same processes run and everything works again by itself.
 *
 * HOLDFAST_REDIS_FAULTS=1,5,20,60 takes those durations in seconds, with the waiting times that a server has by
 * default, and says on standard error what was answered; without it, one duration that is longer than a shortened
 * waiting time.
 */
import { mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../client-sim/processes/free-port.ts";
import { joinMatch, type MatchConnection } from "../../shared/client/follow-match.ts";
import { beginSession } from "../../shared/client/sessions.ts";
import type { ArenaInput } from "../../shared/games/arena/input.ts";
import type { ArenaView } from "../../shared/games/arena/view-schema.ts";
import { noRedis } from "../durability/redis-server.ts";
import { duelQueue } from "./queueing-players.ts";
import { type Fault, faults, RedisPair } from "./redis-faults.ts";
import { type Asked, askAllFor, askOnce, type FaultSetup, kinds } from "./redis-requests.ts";
import { endServerChildren, eventually, type ServerChild, startServerChild } from "./server-child.ts";

const asked = process.env.HOLDFAST_REDIS_FAULTS;
const durations = (asked ?? "0.9").split(",").map((seconds) => Number(seconds) * 1000);
const shortened = asked === undefined ? ["--redis-answer-ms-max", "500"] : [];
const recoverMsMax = 60_000;

describe.skipIf(noRedis)("a fleet whose Redis fails", () => {
  let redis: RedisPair;
  let room: ServerChild;
  let matchmaker: ServerChild;
  let setup: FaultSetup;
  let player: MatchConnection<ArenaInput, ArenaView>;
  const directory = mkdtempSync(join(tmpdir(), "holdfast-faults-"));

  beforeAll(async () => {
    redis = await RedisPair.start();
    const flags = [
      ...["--store", "redis", "--redis-url", redis.balancer.url, "--log-level", "warn"],
      // Only Redis is to fail here: on a busy machine a process may stand still for as long as a lease.
      ...["--lease-ms", "20000"],
      ...["--rate-address-per-second", "0", "--rate-user-per-second", "0", "--matches-max", "5000"],
      ...shortened,
      ...duelQueue(directory),
    ];
    const port = await freePort();
    const address = ["--public-address", `127.0.0.1:${port}`];
    [room, matchmaker] = await Promise.all([
      startServerChild({ role: "room", port, flags: [...flags, ...address] }),
      startServerChild({ role: "matchmaker", flags }),
    ]);
    await ready(room.url);
    const { token } = await beginSession({ url: matchmaker.url });
    player = await eventually(() => play().catch(() => undefined), { what: "the first join", forMs: 60_000 });
    setup = {
      ...{ matchmaker: matchmaker.url, room: room.url, token, queue: "duel" },
      ...{ matchId: player.matchId, ports: redis.ports },
    };
    // The match is on the matchmaker's list a moment after its player is in it.
    await recovered();
  });
  afterAll(async () => {
    await player?.leave();
    await endServerChildren();
    await redis?.close();
    rmSync(directory, { recursive: true });
  });

  const play = () =>
    joinMatch<ArenaInput, ArenaView>({
      ...{ url: matchmaker.url, game: "arena", name: "Stays" },
      options: { durationSeconds: 3600 },
    });

  const cases = durations.flatMap((ms) => faults.map((fault) => [fault.name, ms / 1000, fault] as const));
  test.each(cases)(
    "[P5.15] %s for %d s: no process ends, no answer is wrong, and all of it works again",
    async (_, seconds, fault) => {
      const answers = await during(fault, seconds * 1000);
      const report = summary(answers);
      expect(answers.filter(({ wrong }) => wrong !== undefined).slice(0, 5), report).toEqual([]);
      const backMs = await recovered();
      if (asked !== undefined)
        tell(`${fault.name}, ${seconds} s: ${report}; whole again ${backMs} ms after it`);
    },
    recoverMsMax + 2 * Math.max(...durations) + 60_000,
  );

  test("[P7.10] a process says 503 and why when Redis is silent for some seconds, and 200 by itself afterwards", async () => {
    redis.balancer.fallSilent();
    try {
      for (const { url } of [room, matchmaker]) {
        const body = await eventually(() => whyNotReady(url), { what: "503 with the reason" });
        // A node with matches says what of theirs could not be written.
        expect(body).toMatch(/Redis does not answer for \d+ s|Redis: no answer|Redis: the connection/);
        for (const port of redis.ports) expect(body).not.toContain(port);
      }
    } finally {
      await redis.balancer.heal();
    }
    await recovered();
  });

  /** What was answered while it lasted. */
  async function during(fault: Fault, ms: number): Promise<Asked[]> {
    await fault.begin(redis);
    const answers = await askAllFor(setup, ms);
    await fault.end(redis);
    return answers;
  }

  const said = () => `${room.output().slice(-6000)}\n${matchmaker.output().slice(-3000)}`;

  /** @returns how long it took */
  async function recovered(): Promise<number> {
    const startedMs = performance.now();
    for (const kind of kinds) {
      let last: Asked | undefined;
      await eventually(
        async () => {
          last = await askOnce(kind, setup);
          return last.wrong === undefined && last.refusedWith === undefined ? true : undefined;
        },
        { forMs: recoverMsMax, everyMs: 100, what: kind.name },
      ).catch((error) => {
        throw new Error(`${error.message}; last ${JSON.stringify(last)}\n${said()}`);
      });
    }
    await Promise.all([ready(room.url), ready(matchmaker.url)]);
    const backMs = Math.round(performance.now() - startedMs);
    await goesOn().catch((error) => {
      throw new Error(`${error.message}\n${said()}`);
    });
    for (const child of [room, matchmaker]) {
      expect(() => process.kill(child.pid, 0), said()).not.toThrow();
      expect(child.output()).not.toMatch(/uncaught error/);
    }
    return backMs;
  }

  /** The player of before is in the same match, which goes on. */
  async function goesOn(): Promise<void> {
    const fromPatches = player.metrics.patches;
    await eventually(
      () => (player.state.kind === "playing" && player.metrics.patches > fromPatches + 5 ? true : undefined),
      { forMs: recoverMsMax, what: `the player, who is ${JSON.stringify(player.state)},` },
    );
    expect(player.matchId).toBe(setup.matchId);
  }
});

/** Past vitest, which shows nothing of a test that passes. */
const tell = (line: string) => writeSync(2, `${line}\n`);

async function whyNotReady(url: string): Promise<string | undefined> {
  const response = await fetch(`${url}/readyz`);
  const text = await response.text();
  return response.status === 503 ? text : undefined;
}

const ready = (url: string) =>
  eventually(async () => ((await fetch(`${url}/readyz`)).ok ? true : undefined), {
    ...{ forMs: recoverMsMax, what: `readiness of ${url}` },
  });

function summary(answers: readonly Asked[]): string {
  const refused = new Map<string, number>();
  for (const { refusedWith } of answers)
    if (refusedWith !== undefined) refused.set(refusedWith, (refused.get(refusedWith) ?? 0) + 1);
  const slowest = answers.reduce((a, b) => (b.tookMs > a.tookMs ? b : a));
  const counts = [...refused].map(([code, count]) => `${count} ${code}`).join(", ");
  return `${answers.length} requests, refused ${counts || "none"}, slowest ${slowest.kind}, ${Math.round(slowest.tookMs)} ms`;
}
