/** Losses by kind, as a checker counts them, and the first ones in words. What a loss is, each checker decides. */
const findingsMax = 30;

type ByKind<Kind extends string> = Record<Kind, number>;

/** Counts so many losses of a kind; none changes nothing. */
export type CountLoss<Kind extends string> = (kind: Kind, number: number, text: string) => void;

/** @param none every kind, with 0 */
export function lossCount<Kind extends string>(none: Readonly<ByKind<Kind>>) {
  const losses: ByKind<Kind> = { ...none };
  const findings: string[] = [];
  const count: CountLoss<Kind> = (kind, number, text) => {
    losses[kind] += number;
    if (number > 0 && findings.length < findingsMax) findings.push(`${kind}: ${text}`);
  };
  return { losses, findings, count };
}

/** Number of losses of all kinds. */
export const lossesOfAll = <Kind extends string>(
  none: Readonly<ByKind<Kind>>,
  losses: Readonly<ByKind<Kind>>,
): number => (Object.keys(none) as Kind[]).reduce((sum, kind) => sum + losses[kind], 0);
