/**
 * Which things are near a place: they are sorted into the cells of a grid once, and a question looks at few cells. For
 * `sight` of a game, where many viewers ask in the same patch, and for rules. It keeps nothing from one use to the next, and
 * makes few objects, because it is made for every patch.
 */

interface Placed {
  readonly x: number;
  readonly y: number;
}

type PlacedThings = Readonly<Record<string, Placed>>;

export interface AreaGrid {
  /** Ids of all in the square around a place, the border included: at most `reach` away on either axis. */
  within(place: Placed, reach: number): string[];
}

/** More cells than this for each thing cost more than they save: then cells are larger than asked for. */
const cellsPerThingMax = 4;
const cellsMin = 64;

/** In the order of their cells, column after column. */
interface SortedThings {
  readonly ids: readonly string[];
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  /** Where each cell begins; one more, for the end of the last. */
  readonly starts: Int32Array;
}

interface Cells {
  readonly side: number;
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
}

/**
 * @param things by id; several lists have no id in common. What has no finite place is never found
 * @param cell side of a cell; a half of the usual reach is good
 */
export function areaGrid(things: PlacedThings | readonly PlacedThings[], cell: number): AreaGrid {
  const lists = Array.isArray(things) ? (things as readonly PlacedThings[]) : [things as PlacedThings];
  const placed = placesOf(lists);
  const cells = cellsFor(placed, cell);
  const { ids, xs, ys, starts } = sorted(placed, cells);
  return {
    within({ x, y }, reach) {
      const found: string[] = [];
      const last = columnOf(cells, x + reach);
      const [firstRow, lastRow] = [rowOf(cells, y - reach), rowOf(cells, y + reach)];
      for (let column = columnOf(cells, x - reach); column <= last; column++) {
        const before = column * cells.rows;
        const end = starts[before + lastRow + 1]!;
        for (let at = starts[before + firstRow]!; at < end; at++)
          if (Math.abs(xs[at]! - x) <= reach && Math.abs(ys[at]! - y) <= reach) found.push(ids[at]!);
      }
      return found;
    },
  };
}

type Placings = Omit<SortedThings, "starts">;

function placesOf(lists: readonly PlacedThings[]): Placings {
  const ids: string[] = [];
  const named = lists.map((list) => Object.keys(list));
  const most = named.reduce((sum, { length }) => sum + length, 0);
  const [xs, ys] = [new Float64Array(most), new Float64Array(most)];
  for (const [index, list] of lists.entries())
    for (const id of named[index]!) {
      const { x, y } = list[id]!;
      if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
      xs[ids.length] = x;
      ys[ids.length] = y;
      ids.push(id);
    }
  return { ids, xs, ys };
}

function cellsFor({ ids, xs, ys }: Placings, cell: number): Cells {
  let [left, right, top, bottom] = [xs[0] ?? 0, xs[0] ?? 0, ys[0] ?? 0, ys[0] ?? 0];
  for (let at = 1; at < ids.length; at++) {
    left = Math.min(left, xs[at]!);
    right = Math.max(right, xs[at]!);
    top = Math.min(top, ys[at]!);
    bottom = Math.max(bottom, ys[at]!);
  }
  const most = Math.max(cellsMin, cellsPerThingMax * ids.length);
  for (let side = cell; ; side *= 2) {
    const columns = Math.floor((right - left) / side) + 1;
    const rows = Math.floor((bottom - top) / side) + 1;
    if (columns * rows <= most) return { side, left, top, columns, rows };
  }
}

function sorted(placed: Placings, cells: Cells): SortedThings {
  const count = placed.ids.length;
  const cellOf = new Int32Array(count);
  const starts = new Int32Array(cells.columns * cells.rows + 1);
  for (let at = 0; at < count; at++) {
    const index = columnOf(cells, placed.xs[at]!) * cells.rows + rowOf(cells, placed.ys[at]!);
    cellOf[at] = index;
    starts[index + 1]! += 1;
  }
  for (let index = 1; index < starts.length; index++) starts[index]! += starts[index - 1]!;
  const next = starts.slice();
  const ids = new Array<string>(count);
  const [xs, ys] = [new Float64Array(count), new Float64Array(count)];
  for (let at = 0; at < count; at++) {
    const to = next[cellOf[at]!]!++;
    ids[to] = placed.ids[at]!;
    xs[to] = placed.xs[at]!;
    ys[to] = placed.ys[at]!;
  }
  return { ids, xs, ys, starts };
}

function columnOf({ side, left, columns }: Cells, x: number): number {
  return Math.max(0, Math.min(columns - 1, Math.floor((x - left) / side)));
}

function rowOf({ side, top, rows }: Cells, y: number): number {
  return Math.max(0, Math.min(rows - 1, Math.floor((y - top) / side)));
}
