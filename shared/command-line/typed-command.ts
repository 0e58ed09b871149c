/**
 * A command of ours as the reader of a message types it: `npm run …` in a checkout, `holdfast …` where the package is
 * installed. It knows by its own name which of the two this is, as programs do (program-path.ts).
 */

/** @param module its own; another one's only in tests */
export function typedCommand(name: string, args = "", module = import.meta.url): string {
  if (!module.endsWith(".ts")) return ["npx holdfast", name, args].filter(Boolean).join(" ");
  return [`npm run ${name}`, args].filter(Boolean).join(" -- ");
}
