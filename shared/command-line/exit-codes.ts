/** The exit codes of every command, and what a supervisor does about each. */
export const exitCodes = {
  ok: 0,
  /** It failed, or found something wrong: a lost match, a bad result. A supervisor starts it again. */
  failed: 1,
  /** The command line of a tool cannot be read. */
  badUsage: 2,
  /** An internal error (EX_SOFTWARE of sysexits.h). */
  internal: 70,
  /** The node was declared lost by its peers (EX_TEMPFAIL). Started again, it is a new node. */
  lost: 75,
  /** A setting of the server is wrong (EX_CONFIG). It is not started again. */
  badSetting: 78,
  /** It was interrupted; shells use this code for SIGINT. */
  interrupted: 130,
} as const;
