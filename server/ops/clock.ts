/** The clock of this process that never steps, in ms since some moment. Only ops/ and compose/ read it; everything else is given it. */
export const nowMs = (): number => performance.now();
