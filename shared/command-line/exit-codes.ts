/** With which code a process of Holdfast ends, and what whoever started it does then. One list for all commands. */
export const exitCodes = {
  ok: 0,
  /** It failed, or did not find what it looked for: a lost match, a wrong result. A supervisor starts it again. */
  failed: 1,
  /** The command line of a tool cannot be read. */
  badUsage: 2,
  /** An internal error (EX_SOFTWARE of sysexits.h). */
  internal: 70,
  /** A node that was taken for dead (EX_TEMPFAIL): started again, it is another node. */
  lost: 75,
  /** A setting of the server is wrong (EX_CONFIG): it is not started again. */
  badSetting: 78,
  /** Somebody interrupted it, as a shell says it of SIGINT. */
  interrupted: 130,
} as const;
