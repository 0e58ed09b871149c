/**
 * What durability costs: the same load on the same server with the journal and the gate on, at the weaker
 * level, and off. The three take turns within one run, in an order that is reversed every round, because a
 * machine's speed varies; only ratios within a round are used, and their median is reported.
 */
import { type BenchGame, goalIn } from "./bench-game.ts";
import { type Load, measureLoad } from "./load.ts";
import { type BenchResult, result } from "./result.ts";
import { median, withTemporaryDirectory } from "./sample.ts";

export const durabilityVariants = {
  machine: ["--durability", "machine"],
  process: ["--durability", "process"],
  off: ["--store", "memory", "--sabotage-gate"],
} as const;

/** The server's flags for each variant; the others are compared with `off`. */
export type Variants = Readonly<Record<"off", readonly string[]>> &
  Readonly<Record<string, readonly string[]>>;
export type LoadRound<Name extends string = keyof typeof durabilityVariants> = Readonly<Record<Name, Load>>;

export interface CostOptions {
  readonly played: BenchGame;
  readonly rounds: number;
  readonly matches: number;
  readonly warmSeconds: number;
  readonly measureSeconds: number;
  readonly progress: (text: string) => void;
}

export async function measureCost<Each extends Variants>(
  variants: Each,
  options: CostOptions,
): Promise<readonly LoadRound<keyof Each & string>[]> {
  type Variant = keyof Each & string;
  const rounds: LoadRound<Variant>[] = [];
  const order = Object.keys(variants) as Variant[];
  for (let round = 1; round <= options.rounds; round++) {
    const loads: Partial<Record<Variant, Load>> = {};
    for (const variant of order) {
      options.progress(`cost: round ${round} of ${options.rounds}, ${variant}`);
      const flags = variants[variant]!;
      loads[variant] = await withTemporaryDirectory((data) => measureLoad({ ...options, data, flags }));
    }
    rounds.push(loads as LoadRound<Variant>);
    order.reverse();
  }
  return rounds;
}

/** Processor time for each that was counted over that of `off`, in per cent, round by round. */
export function costOver<Name extends string>(
  rounds: readonly LoadRound<Name | "off">[],
  variant: Name,
): number[] {
  return rounds.map((round) => (round[variant].cpuUsEach / round.off.cpuUsEach - 1) * 100);
}

export function costResults(rounds: readonly LoadRound[], played: BenchGame): BenchResult[] {
  const over = (variant: "machine" | "process") => costOver(rounds, variant);
  const of = (variant: keyof LoadRound, key: keyof Load) => rounds.map((round) => round[variant][key]);
  const share = Math.round(median(of("machine", "cpuShare")) * 100);
  const each = `CPU per ${played.counted}`;
  const atMost = (limit: number) => goalIn(played, { atMost: limit });
  return [
    result(`${each}, durable (machine) over off`, "%", over("machine"), atMost(7)),
    result(`${each}, process level over off`, "%", over("process"), atMost(7)),
    result(`${each}, durable (machine)`, "µs", of("machine", "cpuUsEach")),
    result(`${each}, process level`, "µs", of("process", "cpuUsEach")),
    result(`${each}, off`, "µs", of("off", "cpuUsEach")),
    result(`gate delay p50, at ${share} % of a core`, "ms", of("machine", "gateMsP50"), atMost(3)),
    result(`gate delay p99, at ${share} % of a core`, "ms", of("machine", "gateMsP99"), atMost(8)),
    result("snapshot stall p99", "ms", of("machine", "snapshotMsP99"), atMost(3.3)),
    result("other programs meanwhile", "cores", [
      ...of("machine", "othersShare"),
      ...of("off", "othersShare"),
    ]),
  ];
}
