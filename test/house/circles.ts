/** Import circles: files that need each other, so that none can be read, tested or moved without the rest. Types count. */

/** @param importsOf of every file, the files that it imports. @returns each knot once, its files in order */
export function circles(importsOf: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];

  // Tarjan's strongly connected components; the depth is that of the imports, some dozens.
  function visit(file: string): void {
    order.set(file, order.size);
    lowest.set(file, order.get(file)!);
    open.push(file);
    for (const next of importsOf.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(next)!));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const knot = open.splice(open.indexOf(file));
    if (knot.length > 1 || importsOf.get(file)?.includes(file)) found.push(knot.toSorted());
  }
  for (const file of importsOf.keys()) if (!order.has(file)) visit(file);
  return found;
}
