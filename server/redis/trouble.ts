/**
 * What went wrong with Redis, in words that may be shown to anybody: no address, no password. The whole error goes
 * along as the cause, for the log.
 */

/** host:port, [v6]:port, and what follows the name of a failed look-up. */
const addresses = /\[[0-9a-f:.]+\](:\d+)?|\b[\w.-]+:\d{2,5}\b|\b\d{1,3}(\.\d{1,3}){3}\b/gi;

export function troubleWords(error: Error & { code?: unknown; syscall?: unknown }): string {
  const { code, syscall } = error;
  if (typeof code === "string" && code.startsWith("ERR_TLS_CERT_ALTNAME"))
    return "its certificate is for another name";
  // Of the system: its own message ends in the address. Several at once, as for localhost, have none.
  if (typeof code === "string" && (syscall !== undefined || error.message === ""))
    return `${syscall ?? "connect"} ${code}`;
  return (error.message || String(error)).replaceAll(addresses, "(address)");
}

/** maxmemory, or the disk of the append-only file. */
export function isFull(message: string): boolean {
  return message.startsWith("OOM ") || (message.startsWith("MISCONF") && message.includes("No space left"));
}
