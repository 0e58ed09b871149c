/**
 * `holdfast/server`: a server that a program starts, with games and settings that it has in hand. For most the command
 * `holdfast start` is enough, and it does more: it starts again what died. One server in a process, as Colyseus'
 * matchmaker is one in a process; nothing here catches errors of the program around it. `defineHandlers` is for the module
 * that `--games` names, too: what carries out the asks of its games.
 */
export {
  SettingsError,
  type StartedServer,
  type StartOptions,
  startServer,
} from "../server/compose/start-server.ts";
export type { Config, SettingName } from "../server/settings/settings.ts";
export { StoreError } from "../server/store-error.ts";
export type { AskCall, AskHandler, Handlers, HandlersByGame, HandlersOf } from "../shared/game/handlers.ts";
export { defineHandlers } from "../shared/game/handlers.ts";
