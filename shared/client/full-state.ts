/**
 * Repairs the View that a client holds after a return. The SDK decodes the full state over the old one: it removes map
 * and array entries that are gone, but a field that was cleared meanwhile keeps its old value. Here the full state is
 * decoded a second time, as a new client does it, and the differences are applied as the deletions that were missed.
 * Instances stay, and listeners are called. Knows no game.
 */
import type { Room } from "@colyseus/sdk";
import {
  assertSdkInternals,
  cleared,
  type Decoder,
  fieldsOf,
  freshLike,
  type SchemaFields,
  serializerOf,
} from "./sdk-internals.ts";

/** Called with the full state after a return: as this client holds it now, and freshly decoded. */
export type Returned<View> = (held: View, fresh: View) => void;

/**
 * Must be called before the room's first full state. @throws SdkInternalsError
 * @param repair false: only reports, for chaos, which tries the SDK without this client
 */
export function followFullStates<View>(
  room: Pick<Room<unknown, View>, "serializer">,
  onReturned: Returned<View>,
  { repair }: { readonly repair: boolean } = { repair: true },
): void {
  assertSdkInternals();
  const serializer = serializerOf(room);
  const setState = serializer.setState.bind(serializer);
  let hadState = false;
  serializer.setState = (bytes, it = { offset: 0 }) => {
    const { offset } = it;
    const { decoder } = serializer;
    const isReturn = hadState;
    setState(bytes, it);
    hadState = true;
    if (!isReturn || decoder === undefined) return;
    const fresh = freshLike(decoder);
    fresh.decode(bytes, { offset });
    const missed = repair ? missedDeletions(decoder, fresh) : undefined;
    if (missed !== undefined) decoder.decode(missed);
    onReturned(decoder.state as View, fresh.state as View);
  };
}

/** Both decoders use the server's numbers for objects. @returns undefined when nothing was missed */
function missedDeletions(held: Decoder, fresh: Decoder): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const [number, object] of fresh.root.refs) {
    const stale = staleFields(held.root.refs.get(number), object);
    if (stale.length === 0) continue;
    bytes.push(...cleared(number, stale));
  }
  return bytes.length === 0 ? undefined : Uint8Array.from(bytes);
}

/** Numbers of the fields that still have a value but should have none. Collections have no fields. */
function staleFields(held: object | undefined, fresh: object): number[] {
  if (held === undefined) return [];
  return fieldsOf(fresh).flatMap(({ index, name }) => {
    const isStale = (held as SchemaFields)[name] != null && (fresh as SchemaFields)[name] == null;
    return isStale ? [index] : [];
  });
}
