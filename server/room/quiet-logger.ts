/**
 * Writes Colyseus' warnings and errors to our log, as details; its other lines are dropped, and so is what it calls an
 * error although a client did what clients may do.
 */
type ColyseusLog = (message: string, details: object) => void;

/** A client that came back and was gone again before it was let in. Its seat is held as after every lost connection. */
const goneAgain = "Error: reconnection denied";

export function quietLogger(log: ColyseusLog) {
  const line = (...parts: unknown[]) => {
    const message = parts.map(String).join(" ");
    if (!message.startsWith(goneAgain)) log(message, { from: "colyseus" });
  };
  return { trace: () => {}, debug: () => {}, info: () => {}, log: () => {}, warn: line, error: line };
}
