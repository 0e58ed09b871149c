/** Reads the command line of a tool, or prints its help or its mistakes and ends the process. */
import { exitCodes } from "./exit-codes.ts";
import type { FlagTable, FlagValues } from "./flag.ts";
import { type FlagsResult, type ReadOptions, readFlags } from "./read-flags.ts";

export function flagsOrExit<const Table extends FlagTable>(
  command: string,
  table: Table,
  { argv = process.argv.slice(2), ...options }: ReadOptions & { argv?: readonly string[] } = {},
): FlagValues<Table> {
  const result = readFlags(table, argv, options);
  return result.ok ? result.values : endWith(command, result);
}

export function endWith(
  command: string,
  { help, message }: Extract<FlagsResult<FlagTable>, { ok: false }>,
): never {
  (help ? process.stdout : process.stderr).write(`${command}: ${message}\n`);
  process.exit(help ? exitCodes.ok : exitCodes.badUsage);
}
