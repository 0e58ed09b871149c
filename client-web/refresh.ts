/** Repeats something for as long as a screen is shown: the next time begins after the last one's end. */

/** Runs `act` now and again `ms` after each end of it. @returns how to stop it */
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
