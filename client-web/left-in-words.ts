/** Why a connection to a match ended, in words for a player. The texts are those of the catalogues of errors and close codes. */
import type { ConnectionState } from "../shared/client/connection-state.ts";
import { closes } from "../shared/wire/errors/close-codes.ts";
import { codeIn, errorEntry } from "../shared/wire/errors.ts";

/** Empty for a normal end. */
export function leftInWords({ code, reason }: Omit<ConnectionState & { kind: "left" }, "kind">): string {
  if (code === closes.consented.code) return "";
  const byReason = errorEntry(codeIn(reason))?.player;
  if (byReason !== undefined) return byReason;
  return Object.values(closes).find((close) => close.code === code)?.player ?? closes.abnormal.player;
}
