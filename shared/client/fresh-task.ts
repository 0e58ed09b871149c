/**
 * Runs something in a task that no timer started. A page that is not seen runs what a chain of timers has come to only
 * once a minute (Chromium, from the fifth timer on); a chain ends where another kind of task begins. And whatever has
 * arrived meanwhile is read first.
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
