/** The standard normal distribution, as accurate as numbers are. */

/** Below, the series would lose what counts to rounding. */
const seriesFrom = -3;
/** At -3 the fraction is exact after some 60; further out sooner. */
const fractionTerms = 100;

/** Its density. */
function density(value: number): number {
  return Math.exp((-value * value) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * By how much a standard normal variable that is known to be above -`value` is above 0 on average: density(value) / P(x <
 * value). Tends to 0 for large values, and to -`value` for small ones.
 */
export function meanAbove(value: number): number {
  if (value >= seriesFrom) return density(value) / below(value);
  // Laplace's continued fraction of P(x < value) / density(value), from its end.
  const far = -value;
  let rest = far;
  for (let term = fractionTerms; term > 0; term--) rest = far + term / rest;
  return rest;
}

/** P(x < value), by the series of Marsaglia, "Evaluating the normal distribution" (2004). */
function below(value: number): number {
  if (value > -8 * seriesFrom) return 1;
  let term = value;
  let sum = value;
  for (let odd = 3; sum !== sum + term; odd += 2) {
    term *= (value * value) / odd;
    sum += term;
  }
  return 0.5 + sum * density(value);
}
