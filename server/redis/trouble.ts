/**
 * Describes a Redis failure in words that anybody may see: no address, no password. The whole error is kept as the
 * cause, for the log.
 */

/** host:port, [v6]:port, and what follows the name in a failed lookup. */
const addresses = /\[[0-9a-f:.]+\](:\d+)?|\b[\w.-]+:\d{2,5}\b|\b\d{1,3}(\.\d{1,3}){3}\b/gi;

export function troubleWords(error: Error & { code?: unknown; syscall?: unknown }): string {
  const { code, syscall } = error;
  if (typeof code === "string" && code.startsWith("ERR_TLS_CERT_ALTNAME"))
    return "its certificate is for another name";
  // A system error: its own message ends with the address. Several errors at once, as for localhost, have no message.
  if (typeof code === "string" && (syscall !== undefined || error.message === ""))
    return `${syscall ?? "connect"} ${code}`;
  return (error.message || String(error)).replaceAll(addresses, "(address)");
}

/** maxmemory, or a full disk for the append-only file. */
export function isFull(message: string): boolean {
  return message.startsWith("OOM ") || (message.startsWith("MISCONF") && message.includes("No space left"));
}
