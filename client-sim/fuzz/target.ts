/**
 * The server under attack as the attackers see it: its address, what an honest caller can request, and a list of its
 * wrong answers. Every attack comes from another address.
 */
import { Agent, request } from "node:http";
import type { SeatReservation } from "../../shared/wire/api.ts";
import type { Dice } from "./dice.ts";

const answerMsMax = 10_000;
const findingsMax = 100;
/** Patterns of internal details that no answer may contain. */
const leaks = [/\bat \S+ \(?(file|node):/, /node_modules/, /redis:\/\//, /ECONNREFUSED/];

export interface TrafficCounts {
  frames: number;
  requests: number;
  joinsCut: number;
  returns: number;
}

export interface TargetAnswer {
  readonly status: number;
  readonly body: string;
  readonly type: string;
}

export interface TargetRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
}

export class Target {
  readonly host: string;
  readonly port: number;
  readonly game: string;
  /** Matches of the honest players. */
  readonly matches: readonly string[];
  readonly counts: TrafficCounts = { frames: 0, requests: 0, joinsCut: 0, returns: 0 };
  readonly findings: string[] = [];
  readonly #agents = new Map<string, Agent>();

  constructor(url: string, { game, matches }: Pick<Target, "game" | "matches">) {
    const { hostname, port } = new URL(url);
    this.host = hostname;
    this.port = Number(port);
    this.game = game;
    this.matches = matches;
  }

  /** One of some hundred source addresses, all of this machine. */
  address(dice: Dice): string {
    return `127.${1 + dice.below(250)}.0.${1 + dice.below(2)}`;
  }

  /** @returns undefined without an answer */
  ask(from: string, { method, path, headers = {}, body }: TargetRequest): Promise<TargetAnswer | undefined> {
    return new Promise((resolve) => {
      const { host, port } = this;
      const options = { host, port, method, path, headers, agent: this.#agent(from), localAddress: from };
      const asked = request({ ...options, timeout: answerMsMax }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", () => resolve(undefined));
        response.on("close", () => {
          const answer = {
            status: response.statusCode!,
            body: Buffer.concat(parts).toString("utf8"),
            type: response.headers["content-type"] ?? "",
          };
          this.#judge(`${method} ${path}`, answer);
          resolve(answer);
        });
      });
      asked.on("timeout", () => {
        this.find(`${method} ${path}: no answer within ${answerMsMax / 1000} s`);
        asked.destroy();
      });
      asked.on("error", () => resolve(undefined));
      asked.end(body);
    });
  }

  async session(from: string): Promise<string | undefined> {
    const answer = await this.#post(from, "/v1/sessions", { name: "Fuzz" });
    return answer?.status === 201 ? (JSON.parse(answer.body) as { token: string }).token : undefined;
  }

  /** Reserves a seat, or a spectator's place, in one of the running matches. */
  async reserve(from: string, token: string, dice: Dice): Promise<SeatReservation | undefined> {
    const options = { game: this.game, matchId: dice.pick(this.matches), spectate: dice.oneIn(3) };
    const answer = dice.oneIn(3)
      ? await this.#post(from, `/matchmake/joinOrCreate/${this.game}`, {}, token)
      : await this.#post(from, "/v1/matches/join", options, token);
    if (answer?.status !== 200) return undefined;
    const said = JSON.parse(answer.body) as { reservation?: SeatReservation } & SeatReservation;
    const reservation = said.reservation ?? said;
    return reservation.roomId === undefined ? undefined : reservation;
  }

  find(what: string): void {
    if (this.findings.length < findingsMax && !this.findings.includes(what)) this.findings.push(what);
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }

  #post(from: string, path: string, body: object, token?: string): Promise<TargetAnswer | undefined> {
    const headers = {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    return this.ask(from, { method: "POST", path, headers, body: JSON.stringify(body) });
  }

  /** An answer may be a refusal, but not a server error, and must not reveal internal details. */
  #judge(asked: string, { status, body }: TargetAnswer): void {
    if (status === 500) this.find(`${asked.slice(0, 120)}: status 500: ${body.slice(0, 200)}`);
    const leak = leaks.find((each) => each.test(body));
    if (leak !== undefined) this.find(`${asked.slice(0, 120)}: its answer says ${leak}`);
  }

  #agent(from: string): Agent {
    const known = this.#agents.get(from);
    if (known !== undefined) return known;
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    this.#agents.set(from, agent);
    return agent;
  }
}

/** The request target of the reserved seat's socket. */
export function targetOf({ processId, roomId, sessionId }: SeatReservation, query = ""): string {
  return `/${processId}/${roomId}?sessionId=${sessionId}${query}`;
}
