/** The table of flags that `--help` shows: flag, default, meaning, in columns. */
import { allowed, type FlagTable } from "./flag.ts";

export function helpText(table: FlagTable, about?: string): string {
  const rows = Object.keys(table).map((name) => helpRow(table, name));
  return [...(about === undefined ? [] : [about, ""]), "Flags:", ...columns(rows)].join("\n");
}

/** Flag, default, meaning. */
export function helpRow(table: FlagTable, name: string): string[] {
  const row = table[name]!;
  if (row.type === "boolean" && row.default === undefined) return [`--${name}`, "", row.help];
  const flag = row.type === "boolean" ? `--[no-]${name}` : `--${name}`;
  return [flag, String(row.default ?? ""), `${row.help} (${allowed(row)})`];
}

export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(column === row.length - 1 ? 0 : widths[column]!)).join("  ")}`.trimEnd(),
  );
}
