/** Colyseus' own lines, as details of our log: its warnings and errors, nothing else. */
type Log = (message: string, details: object) => void;

export function quietLogger(log: Log) {
  const line = (...parts: unknown[]) => log(parts.map(String).join(" "), { from: "colyseus" });
  return { trace: () => {}, debug: () => {}, info: () => {}, log: () => {}, warn: line, error: line };
}
