/**
 * Reports what happens in a fleet: which node died, what became of its matches, which node is back, and once a
 * second the state of all. Owns the texts and the last list of matches; it changes nothing.
 */

import { howEnded } from "../server/ops/child.ts";
import type { Restart } from "../server/ops/restart.ts";
import type { Screen } from "../server/ops/screen.ts";
import { count } from "../server/ops/status-line.ts";
import type { SteadyClock } from "../shared/clock.ts";
import { typedCommand } from "../shared/command-line/typed-command.ts";
import type { MatchInfo } from "../shared/wire/api.ts";
import { failoverMsMax, watchFailover } from "./failover-watch.ts";
import { fleetLine, nodeTable } from "./fleet-view.ts";
import type { RunningFleet } from "./running-fleet.ts";
import type { SupervisedListener, SupervisedProcess } from "./supervised-process.ts";

const lookEveryMs = 1000;
/** A warning in pino's log format. */
const isWarning = /^\{.*"level":40,/;
const grave = /\[(crit|alert|emerg)\]/;

function consequence(next: Restart): string {
  if (next.kind === "restart") return "";
  return next.kind === "final"
    ? ": a restart would not help, given up"
    : `, ${next.instantDeaths} times in a row: given up`;
}

const lastWords = ({ lastLines }: SupervisedProcess, { kind }: Restart): string =>
  kind === "restart" ? "" : lastLines.map((line) => `\n  ${line}`).join("");

export class Reporter {
  readonly listener: SupervisedListener = {
    line: (supervised, stream, text) => this.#onLine(supervised, stream, text),
    ended: (supervised, end, next) => {
      this.#say(`${supervised.name} ${howEnded(end)}${consequence(next)}${lastWords(supervised, next)}`);
      if (this.#isRoom(supervised)) void this.#follow(supervised.name);
    },
    back: (supervised, afterMs) =>
      this.#say(
        `${supervised.name} is back after ${Math.round(afterMs)} ms; again: kill -9 ${supervised.pid}`,
      ),
  };
  readonly #screen: Screen;
  readonly #nowMs: SteadyClock;
  readonly #pause: (ms: number) => Promise<void>;
  #fleet: RunningFleet | undefined;
  #matches: readonly MatchInfo[] = [];
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(screen: Screen, nowMs: SteadyClock, pause: (ms: number) => Promise<void>) {
    this.#screen = screen;
    this.#nowMs = nowMs;
    this.#pause = pause;
  }

  /** Call when the fleet is up. */
  begin(fleet: RunningFleet): void {
    this.#fleet = fleet;
    const look = async () => {
      this.#screen.status((width) => fleetLine(fleet.view(), width));
      this.#matches = await fleet.matches().catch(() => this.#matches);
    };
    this.#timer = setInterval(() => void look(), lookEveryMs);
  }

  end(): void {
    this.#ended = true;
    clearInterval(this.#timer);
    this.#screen.clearStatus();
    this.#fleet = undefined;
  }

  /** Prints the addresses, what runs, and how to kill it. */
  introduce(fleet: RunningFleet, keeps: string): void {
    const { urls, redis, balancer, bots, nodes } = fleet.view();
    const [url] = urls;
    const direct = "none: clients reach the nodes directly";
    const lines = [
      `play      ${url}/`,
      `matches   ${url}/v1/matches`,
      ...(urls.length > 1 ? [`also at   ${urls.slice(1).join("  ")}`] : []),
      `balancer  ${balancer ? `nginx, process ${balancer.pid}` : direct}`,
      `redis     ${redis.url}${redis.pid === undefined ? "" : `, process ${redis.pid}; ${keeps}`}`,
      ...(bots ? [`bots      ${count(bots.players, "player", "players")}`] : []),
      "",
      ...nodeTable(nodes),
      "",
      `Kill any of them: another one goes on with its matches. Replace all of them: ${typedCommand("fleet", "roll")}`,
    ];
    for (const line of lines) this.#say(line);
  }

  async #follow(node: string): Promise<void> {
    const fleet = this.#fleet;
    if (fleet === undefined) return;
    const before = this.#matches;
    const matches = () => fleet.matches();
    const seen = await watchFailover({ node, before, matches, nowMs: this.#nowMs, pause: this.#pause });
    if (seen === undefined || this.#fleet === undefined) return;
    fleet.failover = { node, matches: seen.matches, ...(seen.ms !== undefined && { ms: seen.ms }) };
    const its = count(seen.matches, "match", "matches");
    this.#say(
      seen.ms === undefined
        ? `${node}: not all of its ${its} were seen on other nodes within ${failoverMsMax / 1000} s`
        : `${node}: its ${its} run on other nodes, ${Math.round(seen.ms)} ms after its death`,
    );
  }

  #onLine(supervised: SupervisedProcess, stream: "stdout" | "stderr", text: string): void {
    // Not shown: Redis logs a lot, and bots write their report.
    if (supervised.name === "redis" || supervised.name === "bots") return;
    if (supervised.name === "nginx") {
      if (grave.test(text)) this.#screen.log(text);
    } else if (stream === "stdout") this.#say(`${supervised.name} ${text}`);
    // Nodes that all stop at once find no node to move their matches to, and warn of every match.
    else if (this.#ended && isWarning.test(text)) return;
    else this.#screen.log(text.startsWith("{") ? `{"place":"${supervised.name}",${text.slice(1)}` : text);
  }

  #isRoom(supervised: SupervisedProcess): boolean {
    return (
      this.#fleet?.nodes.some((node) => node.supervised === supervised && node.place.role === "room") === true
    );
  }

  #say(text: string): void {
    this.#screen.line(text);
  }
}
