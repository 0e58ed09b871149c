/**
 * Which things are near a place: they are sorted into the cells of a grid once, and a question looks at few cells. For
 * `sight` of a game, where many viewers ask in the same patch. It keeps nothing from one patch to the next.
 */

interface Placed {
  readonly x: number;
  readonly y: number;
}

export interface AreaGrid {
  /** Ids of all in the square around a place, the border included: at most `reach` away on either axis. */
  within(place: Placed, reach: number): string[];
}

/** @param cell side of a cell; about the usual reach is good */
export function areaGrid(things: Readonly<Record<string, Placed>>, cell: number): AreaGrid {
  const cells = new Map<string, string[]>();
  const keyOf = (column: number, row: number) => `${column} ${row}`;
  const at = (coordinate: number) => Math.floor(coordinate / cell);
  for (const id of Object.keys(things)) {
    const { x, y } = things[id]!;
    const key = keyOf(at(x), at(y));
    const known = cells.get(key);
    if (known === undefined) cells.set(key, [id]);
    else known.push(id);
  }
  return {
    within({ x, y }, reach) {
      const found: string[] = [];
      for (let column = at(x - reach); column <= at(x + reach); column++)
        for (let row = at(y - reach); row <= at(y + reach); row++)
          for (const id of cells.get(keyOf(column, row)) ?? []) {
            const thing = things[id]!;
            if (Math.abs(thing.x - x) <= reach && Math.abs(thing.y - y) <= reach) found.push(id);
          }
      return found;
    },
  };
}
