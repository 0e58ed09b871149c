/**
 * Every setting of the server, once, in the order of `--help`; related settings share a file of settings/. config.ts
 * reads them from flags, the environment and a file.
 */
import { accessSettings } from "./access-settings.ts";
import { matchSettings } from "./match-settings.ts";
import { processSettings } from "./process-settings.ts";
import type { Setting, ValueOf } from "./setting.ts";
import { storeSettings } from "./store-settings.ts";

export type { Setting };

const networkSettings = {
  port: {
    type: "integer",
    default: 2567,
    min: 0,
    max: 65_535,
    env: "PORT",
    help: "TCP port; 0 takes a free one",
  },
  host: {
    type: "text",
    default: "0.0.0.0",
    env: "HOST",
    help: "address to listen on; 127.0.0.1: only this machine",
  },
  listenFd: {
    type: "integer",
    default: -1,
    min: -1,
    max: 1024,
    hidden: true,
    help: "descriptor of a bound socket to listen on, which the parent process keeps; -1: none",
  },
} as const satisfies Record<string, Setting>;

export const settings = {
  ...networkSettings,
  ...storeSettings,
  ...matchSettings,
  ...accessSettings,
  ...processSettings,
} as const;

export type SettingName = keyof typeof settings;

export type Config = { readonly [Name in SettingName]: ValueOf<(typeof settings)[Name]> };
