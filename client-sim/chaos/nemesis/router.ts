/**
 * A real router on the way to Redis that can drop the packets of one node: the kernels at both ends go on sending, with
 * longer and longer pauses, as with any network that is cut in the middle. Owns its namespaces and links; needs root
 * on Linux. It removes what an earlier run left behind.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { leftBehind, lossRules, type RouterPlan, removal, routerPlan } from "./router-plan.ts";

const run = promisify(execFile);
const commandMsMax = 10_000;

export class Router {
  readonly #plan: RouterPlan;
  readonly #losing = new Set<string>();

  private constructor(plan: RouterPlan) {
    this.#plan = plan;
  }

  /** @param count of near addresses. @throws Error that says what is missing; then nothing is left behind */
  static async build(count: number): Promise<Router> {
    const router = new Router(routerPlan(process.pid, count));
    await removeLeftBehind();
    try {
      for (const args of router.#plan.build) await ip(args);
      return router;
    } catch (error) {
      await router.close();
      throw error;
    }
  }

  /** Source addresses for connections to the far side, so that they can be told apart. */
  get near(): readonly string[] {
    return this.#plan.near;
  }

  get farAddress(): string {
    return this.#plan.farAddress;
  }

  /** The prefix of a command that is to run on the far side. */
  get farCommand(): readonly string[] {
    return ["ip", "netns", "exec", this.#plan.far];
  }

  /** Drops every packet from and to this near address from now on. */
  async lose(address: string): Promise<void> {
    if (this.#losing.has(address)) return;
    this.#losing.add(address);
    for (const args of lossRules(this.#plan, "add", address)) await ip(args);
  }

  async heal(address: string): Promise<void> {
    if (!this.#losing.delete(address)) return;
    for (const args of lossRules(this.#plan, "del", address)) await ip(args);
  }

  /** Programs on the far side must have ended before. */
  async close(): Promise<void> {
    for (const args of removal(this.#plan)) await ip(args).catch(() => undefined);
  }
}

/** @throws Error with advice when this machine cannot do it */
async function ip(args: readonly string[]): Promise<string> {
  try {
    return (await run("ip", args, { timeout: commandMsMax })).stdout;
  } catch (error) {
    const needs = "losing packets on the way needs root on Linux, with iproute2";
    throw new Error(`ip ${args.join(" ")}: ${(error as Error).message.trim()} (${needs})`, { cause: error });
  }
}

async function removeLeftBehind(): Promise<void> {
  const isAlive = (pid: number) => existsSync(`/proc/${pid}`);
  for (const name of leftBehind(await ip(["netns", "list"]), isAlive)) await ip(["netns", "del", name]);
}
