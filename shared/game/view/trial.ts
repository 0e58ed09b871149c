/**
 * Sends the View of a game once, as a room will: made, written for a World that nobody has played, encoded, decoded as
 * a client does, and read. It finds what would otherwise stop every match at its first tick. Whether what is read is
 * what the World shows is not asked here.
 */
import { Encoder, Reflection } from "@colyseus/schema";
import type { AnyGame } from "../game.ts";

/** A game whose options have no defaults has no such World: its first match shows what is wrong. */
export function trialProblem(game: AnyGame): string | undefined {
  let doing = "reading its default options";
  const first = (what: string) => {
    doing = what;
  };
  try {
    const options = game.options.safeParse({});
    if (!options.success) return undefined;
    first("`create`");
    const set = game.serverOptions?.safeParse({});
    if (set?.success === false)
      return "`serverOptions` of a match that a client makes are `{}`, which it refuses";
    const world = game.create(1, options.data, set?.data);
    first("`view.create`");
    const view = game.view.create();
    first("encoding");
    const encoder = new Encoder(view);
    if (encoder.context.hasFilters)
      return "it uses Colyseus' own `view()`; here what one viewer alone sees is declared in `view.own`";
    first("`view.write`");
    game.view.write(view, world);
    first("encoding");
    const patch = Uint8Array.from(encoder.encode());
    encoder.discardChanges();
    const full = encoder.encodeAll();
    first("decoding");
    const client = Reflection.decode(Reflection.encode(encoder));
    first("`view.read` of a View of which nothing is known yet");
    game.view.read(client.state);
    first("decoding");
    client.decode(full);
    client.decode(patch);
    first("`view.read`");
    game.view.read(client.state);
    first("`view.of`");
    game.view.of(world);
    const { own, sight } = game.view;
    first("`view.own` for a spectator");
    own?.write(own.create(), world, "spectator");
    first("`view.sight` for a spectator");
    sight?.sees(world, "spectator", sight.prepare?.(world));
    return undefined;
  } catch (error) {
    return `${doing} failed with "${(error as Error)?.message ?? error}"`;
  }
}
