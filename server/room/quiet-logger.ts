/** Colyseus' own lines, as details of our log: its warnings and errors, nothing else. */
type ColyseusLog = (message: string, details: object) => void;

export function quietLogger(log: ColyseusLog) {
  const line = (...parts: unknown[]) => log(parts.map(String).join(" "), { from: "colyseus" });
  return { trace: () => {}, debug: () => {}, info: () => {}, log: () => {}, warn: line, error: line };
}
