/** The games of this server over HTTP, by their own declarations. What only the server's side may set is left out. */
import type { AnyGame, InputField } from "../../../shared/game/game.ts";
import type { GameInfo } from "../../../shared/wire/games.ts";
import { routes } from "../../../shared/wire/routes.ts";
import type { RouteServer } from "../serve-route.ts";

export interface GameRouteParts {
  readonly games: readonly AnyGame[];
}

export function addGameRoutes(server: RouteServer, { games }: GameRouteParts): void {
  // Not once: while a game is developed, its parts change.
  server.add(routes.listGames, async () => ({ ok: true, value: { games: games.map(gameInfo) } }));
}

function gameInfo(game: AnyGame): GameInfo {
  const { name, version, rate, tickRate, seats, options, view } = game;
  const input = Object.entries(game.input as Readonly<Record<string, InputField>>);
  return {
    ...{ name, version, ...(rate !== undefined && { rate }), tickRate, seats },
    options: described(options),
    input: Object.fromEntries(
      input.filter(([field]) => field !== "seq").map(([field, { min, max }]) => [field, { min, max }]),
    ),
    commands: Object.fromEntries(
      Object.entries(game.commands).map(([command, schema]) => [command, described(schema)]),
    ),
    ...(view.own !== undefined && { own: view.own.field }),
    ...(view.sight !== undefined && { sight: view.sight.field }),
  };
}

interface Describing {
  toJSONSchema?(how: { io: "input" }): object;
}

const descriptions = new WeakMap<object, GameInfo["options"]>();

/** A schema of any package that validates; not each of them can say what it wants. */
function described(schema: Describing): GameInfo["options"] {
  const known = descriptions.get(schema);
  if (known !== undefined) return known;
  let made: GameInfo["options"] = null;
  try {
    made = (schema.toJSONSchema?.({ io: "input" }) ?? null) as GameInfo["options"];
  } catch {
    // It has a part that JSON Schema has no words for.
  }
  descriptions.set(schema, made);
  return made;
}
