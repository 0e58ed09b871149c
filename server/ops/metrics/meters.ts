/**
 * Makes the metrics of one registry, all with this server's prefix. Labels have few and known values: each has its
 * child from the start, so that nothing is looked up while the server is busy, and a metric without events is 0 and
 * not missing. It knows no subject.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { errorCodes } from "../../../shared/wire/errors.ts";

/** The children of a metric, by the values of its one label. */
export type By<Value extends string, Child> = Readonly<Record<Value, Child>>;

export class Meters {
  readonly registry = new Registry();

  counter<Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []) {
    return new Counter<Label>({ ...this.#named(name, help), labelNames: [...labelNames] });
  }

  gauge<Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []) {
    return new Gauge<Label>({ ...this.#named(name, help), labelNames: [...labelNames] });
  }

  /** @param buckets upper bounds, in the unit at the end of the name */
  histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames: readonly Label[] = [],
  ) {
    return new Histogram<Label>({
      ...this.#named(name, help),
      buckets: [...buckets],
      labelNames: [...labelNames],
    });
  }

  counterBy<Value extends string>(
    name: string,
    help: string,
    label: string,
    values: readonly Value[],
  ): By<Value, Counter.Internal> {
    const counter = this.counter(name, help, [label]);
    return byValue(values, (value) => {
      const child = counter.labels(value);
      child.inc(0);
      return child;
    });
  }

  #named(name: string, help: string) {
    return { name: `holdfast_${name}`, help, registers: [this.registry] };
  }
}

export function byValue<Value extends string, Child>(
  values: readonly Value[],
  childOf: (value: Value) => Child,
): By<Value, Child> {
  return Object.fromEntries(values.map((value) => [value, childOf(value)])) as By<Value, Child>;
}

/** A code as a label: only codes of the catalogue, whatever another part sent. */
export const codeLabel = (code: string): string => (Object.hasOwn(errorCodes, code) ? code : "other");
