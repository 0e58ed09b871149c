/**
 * What a setting is: type, unit, default, bounds, one line of help. Flag, environment variable and file key follow
 * from its name (`snapshotEveryKib`: `--snapshot-every-kib`, `HOLDFAST_SNAPSHOT_EVERY_KIB`, `"snapshotEveryKib"`) unless
 * its row says otherwise. Owns no setting.
 */
interface Row {
  /** One line, no full stop. */
  readonly help: string;
  /** Without the dashes. */
  readonly flag?: string;
  readonly env?: string;
  /** Left out of `--help`: for the server's own processes and for tests. */
  readonly hidden?: true;
  /**
   * Comes from the environment, or from a file that the variable with `_FILE` behind its name names; production takes
   * none from a flag, which every user of the machine can read. `credentials`: when it is an address with a password.
   */
  readonly secret?: "always" | "credentials";
}

/** Bounds are inclusive. */
type IntegerSetting = Row & { type: "integer"; default: number; min: number; max: number; unit?: string };
/** `--name` and `--no-name`. */
type BooleanSetting = Row & { type: "boolean"; default: boolean };
/** Not empty. */
type TextSetting = Row & { type: "text"; default: string };
type ChoiceSetting = Row & { type: "choice"; default: string; choices: readonly string[] };

export type Setting = IntegerSetting | BooleanSetting | TextSetting | ChoiceSetting;

export type ValueOf<Row extends Setting> = Row extends { type: "integer" }
  ? number
  : Row extends { type: "boolean" }
    ? boolean
    : Row extends { choices: readonly (infer Choice)[] }
      ? Choice
      : string;
