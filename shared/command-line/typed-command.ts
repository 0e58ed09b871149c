/**
 * A command of ours as the reader of a message types it: `npm run …` in a checkout, `holdfast …` where the package is
 * installed. It knows by its own name which of the two this is, as programs do (program-path.ts).
 */

/** @param module its own; another one's only in tests */
export function typedCommand(name: string, args = "", module = import.meta.url): string {
  if (!module.endsWith(".ts")) return ["npx holdfast", name, args].filter(Boolean).join(" ");
  return [`npm run ${name}`, args].filter(Boolean).join(" -- ");
}

/** Lines for a command's help: each use of it, and what that does, in two columns. */
export function usage(name: string, uses: readonly (readonly [args: string, does: string])[]): string {
  const typed = uses.map(([args, does]) => [typedCommand(name, args), does] as const);
  const width = Math.max(...typed.map(([command]) => command.length));
  return typed.map(([command, does]) => `${command.padEnd(width)}  ${does}`).join("\n");
}
