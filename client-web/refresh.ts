/** Repeats an action while a screen is shown; each run begins after the end of the one before. */

/** Runs `act` now and again `ms` after each end of it. @returns a function that stops it */
export function refreshEvery(ms: number, act: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const run = async () => {
    await act();
    if (!stopped) timer = setTimeout(run, ms);
  };
  void run();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
