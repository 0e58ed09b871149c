/** Writes Colyseus' warnings and errors to our log, as details; its other lines are dropped. */
type ColyseusLog = (message: string, details: object) => void;

export function quietLogger(log: ColyseusLog) {
  const line = (...parts: unknown[]) => log(parts.map(String).join(" "), { from: "colyseus" });
  return { trace: () => {}, debug: () => {}, info: () => {}, log: () => {}, warn: line, error: line };
}
