/** How the rules answer a player's commands. */

import { visibleText } from "../../../game/deterministic/visible-text.ts";
import type { CommandAnswer, Seat } from "../../../game/game.ts";
import { type ArenaCommand, chatLengthMax } from "../command.ts";
import { type ArenaWorld, linesMax, type Player, realPlayerAt, type Weapon } from "../world.ts";

const yes: CommandAnswer = { ok: true };

export function answer(world: ArenaWorld, seat: Seat, command: ArenaCommand): CommandAnswer {
  const player = realPlayerAt(world, seat);
  if (player === undefined) return { ok: false, reason: "nobody has this seat" };
  switch (command.name) {
    case "ready":
      player.ready = true;
      return yes;
    case "chat":
      return say(world, player, command.payload.text);
    case "choose-weapon":
      return chooseWeapon(player, command.payload.weapon);
    default:
      return { ok: false, reason: "this game has no such command" };
  }
}

function say(world: ArenaWorld, player: Player, wished: string): CommandAnswer {
  const text = visibleText(wished, chatLengthMax);
  if (text === "") return { ok: false, reason: "there is nothing to read in it" };
  world.chat.push({ id: ++world.lastChatId, name: player.name, text });
  if (world.chat.length > linesMax) world.chat.shift();
  return yes;
}

/** Living players get the weapon at once, dead ones when they respawn. */
function chooseWeapon(player: Player, weapon: Weapon): CommandAnswer {
  player.chosenWeapon = weapon;
  if (player.alive) player.weapon = weapon;
  return yes;
}
