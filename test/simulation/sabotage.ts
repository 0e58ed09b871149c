/** What a run of the simulation breaks on purpose, so that its checks are seen to notice. Who breaks it reads it here. */
export interface Sabotage {
  /** A write under an old epoch is taken. */
  readonly fenceBroken?: boolean;
  /** What a tick shows leaves before it is durable. */
  readonly gateOpen?: boolean;
  /** A node that restores a match does not get its last record. */
  readonly tailForgotten?: boolean;
  /** A process that stood still for longer than its lease does not keep silent. */
  readonly neverStale?: boolean;
}
