/**
 * Runs a function in a task that no timer started. In a hidden page Chromium runs chained timers only once a minute,
 * from the fifth in a chain on; a task of another kind ends the chain. Messages that have arrived meanwhile are handled
 * before it.
 */
export function inFreshTask(act: () => void): void {
  if (typeof MessageChannel === "undefined") return void setTimeout(act, 0);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    act();
  };
  port2.postMessage(undefined);
}
