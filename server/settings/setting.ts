/**
 * What a setting is: type, unit, default, bounds, one line of help. Flag, environment variable and file key follow
 * from its name (`snapshotEveryKib`: `--snapshot-every-kib`, `HOLDFAST_SNAPSHOT_EVERY_KIB`, `"snapshotEveryKib"`)
 * unless its row says otherwise. Owns no setting.
 */
import type { FlagRow, FlagValue } from "../../shared/command-line/flag.ts";

interface SettingBase {
  /** Without the dashes. */
  readonly flag?: string;
  readonly env?: string;
  /** Left out of `--help`: for the server's own processes and for tests. */
  readonly hidden?: true;
  /** Breaks a promise on purpose, so that tests can see that this is detected: refused in production. */
  readonly sabotage?: true;
  /**
   * Comes from the environment, or from a file named by the variable with `_FILE` appended. Production refuses it as
   * a flag, which every user of the machine can read. `credentials`: only when it is an address with a password.
   */
  readonly secret?: "always" | "credentials";
}

/** The kinds of flags that a variable and a file can hold, too. */
export type Setting = SettingBase &
  Extract<FlagRow, { type: "integer" | "boolean" | "choice" | "text" }> & {
    readonly default: string | number | boolean;
  };

export type ValueOf<One extends Setting> = Exclude<FlagValue<One>, undefined>;
