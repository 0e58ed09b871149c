/** Which room chaos plays, with which module and script: the built-in one, or somebody's own. */
import { resolve } from "node:path";
import { programPath } from "../../../shared/command-line/program-path.ts";
import tally from "./example/tally-script.ts";
import { loadScript, type RoomScript } from "./room-script.ts";

const builtIn = "tally";

export interface PlayedRoom {
  readonly room: string;
  readonly module: string;
  readonly script: RoomScript;
}

/** @throws Error in words, when a flag is missing or the script cannot be used */
export async function playedRoom(given: {
  readonly room: string;
  readonly module: string | undefined;
  readonly script: string | undefined;
}): Promise<PlayedRoom> {
  const { room, module, script } = given;
  if (module === undefined && script === undefined && room === builtIn)
    return { room, module: programPath(import.meta.url, "./example/tally-room.ts"), script: tally };
  if (module === undefined && room === builtIn)
    throw new Error(
      `--room ${room}: it is built in and has its own script; for yours, name --room-module too`,
    );
  if (module === undefined)
    throw new Error(
      `--room ${room}: only \`${builtIn}\` is built in; --room-module names the module that has yours`,
    );
  if (script === undefined) throw new Error(`--room ${room}: --script says what its players do`);
  return { room, module: resolve(module), script: await loadScript(script) };
}
